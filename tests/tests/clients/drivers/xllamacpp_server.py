"""Serves a tiny model by llama.cpp's own server, until it is killed."""

import os
import threading

import xllamacpp

import xllamacpp_model

path = os.path.join(os.getcwd(), "model.gguf")
xllamacpp_model.write(path)
params = xllamacpp.CommonParams()
params.model.path = path
params.model_alias = {"five-sentences"}
params.hostnames = ["127.0.0.1"]
params.port = int(os.environ["PORT"])
params.api_keys = [os.environ["KEY"]]
params.n_ctx = 16384
params.n_parallel = 1
params.n_gpu_layers = 0
params.cpuparams.n_threads = 1
params.fit_params = False
params.warmup = False
# So that what it counts itself is what it charges.
params.cache_prompt = False
params.endpoint_metrics = True
params.verbosity = 1
server = xllamacpp.Server(params)
threading.Event().wait()

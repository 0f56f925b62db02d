"""Writes a language model: to llama.cpp a real one, though it knows only five sentences.

A sentence is a token, a call of a tool two. The chat template ends a prompt with the thought that the
last message gives, a thought points to its sentence, and a sentence to the end: the output matrix is
that table. The one layer adds nothing, its matrices are zero. Everything else is bytes, which mean
nothing."""

import struct


def call(tool, name, value):
    """How a model says that it wants a tool. The first token alone is a call that breaks off."""
    begins = '<tool_call>\n{"name": "%s", "arguments": {"%s": "' % (tool, name)
    return [begins, value + '"}}\n</tool_call>']


# Who spoke last, words of theirs, and what is said then. The first that fits counts.
KNOWS = [
    ("tool", "on its way", ["Your order is on its way."]),
    ("tool", "", ["I cannot find your order."]),
    ("user", "order", call("order_status", "number", "A-1")),
    ("user", "person", call("hand_off", "summary", "Wants to talk to a person.")),
    ("user", "", ["We close at six."]),
]

TEMPLATE = """
{%- if tools %}<|tools|>{{ tools | tojson }}<|end|>{% endif %}
{%- for message in messages %}<|{{ message.role }}|>{{ message.content or '' }}
{%- for call in message.tool_calls or [] %}<tool_call>
{"name": "{{ call.function.name }}", "arguments": {{ call.function.arguments | tojson }}}
</tool_call>{% endfor %}<|end|>{% endfor %}
{%- if add_generation_prompt %}<|assistant|>{% set last = messages[-1] %}"""

# How long an embedding is: each of the tokens that mean something has a place of its own.
SIZE = 32

# What a token may be. (llama.cpp, "llama_token_type")
UNKNOWN, CONTROL, USER_DEFINED, BYTE = 2, 3, 4, 6


def thought(number):
    return f"<|thought {number}|>"


def template():
    """The chat template, in Jinja."""
    cases = "".join(
        "{%% elif last.role == '%s' and '%s' in last.content %%}%s" % (role, words, thought(number))
        for number, (role, words, _) in enumerate(KNOWS)
    )
    return TEMPLATE.lstrip() + cases.replace("elif", "if", 1) + "{% endif %}{% endif %}"


def vocabulary():
    """The tokens, each with what it is, and which of them follows which."""
    tokens = [("<unk>", UNKNOWN), ("<|end|>", CONTROL)]
    tokens += [(f"<|{role}|>", CONTROL) for role in ["system", "user", "assistant", "tool", "tools"]]
    follows = {}
    for number, (_, _, sentence) in enumerate(KNOWS):
        for text, kind in [(thought(number), CONTROL)] + [(part, USER_DEFINED) for part in sentence]:
            follows[len(tokens)] = len(tokens) + 1
            tokens.append((text, kind))
        follows[len(tokens) - 1] = 1
    return tokens + [(f"<0x{byte:02X}>", BYTE) for byte in range(256)], follows


def matrix(rows, places=(), height=1.0):
    """A matrix, zero but for some places."""
    cells = [0.0] * (rows * SIZE)
    for row, column in places:
        cells[row * SIZE + column] = height
    return (SIZE, rows), struct.pack(f"<{len(cells)}f", *cells)


def tensors(count, follows):
    """All that a model of the Llama family has, by its name."""
    ones = (SIZE,), struct.pack(f"<{SIZE}f", *[1.0] * SIZE)
    found = {
        "token_embd.weight": matrix(count, [(token, token) for token in range(SIZE)]),
        "output.weight": matrix(count, [(after, before) for before, after in follows.items()], 20.0),
        "output_norm.weight": ones,
        "blk.0.attn_norm.weight": ones,
        "blk.0.ffn_norm.weight": ones,
    }
    for name in ["attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"]:
        found[f"blk.0.{name}.weight"] = matrix(SIZE)
    return found


def facts(tokens):
    """What is said of the model beside its matrices."""
    return {
        "general.architecture": "llama",
        "general.name": "Five sentences",
        "llama.context_length": 32768,
        "llama.embedding_length": SIZE,
        "llama.block_count": 1,
        "llama.feed_forward_length": SIZE,
        "llama.attention.head_count": 1,
        "llama.attention.layer_norm_rms_epsilon": 1e-5,
        "tokenizer.ggml.model": "llama",
        "tokenizer.ggml.tokens": [text for text, _ in tokens],
        "tokenizer.ggml.scores": [0.0] * len(tokens),
        "tokenizer.ggml.token_type": [kind for _, kind in tokens],
        "tokenizer.ggml.unknown_token_id": 0,
        "tokenizer.ggml.eos_token_id": 1,
        "tokenizer.ggml.add_bos_token": False,
        "tokenizer.ggml.add_space_prefix": False,
        "tokenizer.chat_template": template(),
    }


def string(text):
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def value(it):
    """The kind of a value, and the value. (GGUF, "gguf_metadata_value_type")"""
    if isinstance(it, bool):
        return 7, struct.pack("<?", it)
    if isinstance(it, int):
        return 4, struct.pack("<I", it)
    if isinstance(it, float):
        return 6, struct.pack("<f", it)
    if isinstance(it, str):
        return 8, string(it)
    if isinstance(it[0], int):
        return 9, struct.pack(f"<IQ{len(it)}i", 5, len(it), *it)
    kind = value(it[0])[0]
    return 9, struct.pack("<IQ", kind, len(it)) + b"".join(value(one)[1] for one in it)


def write(path):
    """Writes it as GGUF, version 3."""
    tokens, follows = vocabulary()
    said, matrices = facts(tokens), tensors(len(tokens), follows)
    head = b"GGUF" + struct.pack("<IQQ", 3, len(matrices), len(said))
    for key, it in said.items():
        kind, data = value(it)
        head += string(key) + struct.pack("<I", kind) + data
    offset = 0
    for name, (shape, data) in matrices.items():
        head += string(name) + struct.pack(f"<I{len(shape)}Q", len(shape), *shape)
        head += struct.pack("<IQ", 0, offset)
        offset += len(data)
    with open(path, "wb") as file:
        # All begins at a multiple of 32, and every matrix fills some.
        file.write(head + bytes(-len(head) % 32))
        file.writelines(data for _, data in matrices.values())

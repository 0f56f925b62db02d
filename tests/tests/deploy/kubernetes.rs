//! The manifests.

use std::collections::BTreeSet;

use serde_yaml_ng::Value;
use switchboard_domain::shard::{ACCOUNT_SHARDS, CONVERSATION_SHARDS};

use crate::{
    files::{at, names, pairs, string, yaml},
    product::{SERVICES, default_port, is_command, is_setting, listen, port},
};

const FOLDER: &str = "deploy/kubernetes";
const POD: [&str; 3] = ["spec", "template", "spec"];

fn objects() -> Vec<Value> {
    let files = names(FOLDER).into_iter().filter(|name| name != "kustomization.yaml");
    files.flat_map(|name| yaml(&format!("{FOLDER}/{name}"))).collect()
}

fn find<'a>(objects: &'a [Value], kind: &str, name: &str) -> &'a Value {
    objects
        .iter()
        .find(|it| {
            string(it, &["kind"]) == Some(kind) && string(it, &["metadata", "name"]) == Some(name)
        })
        .unwrap_or_else(|| panic!("there is no {kind} {name}"))
}

/// Everything that runs pods, with its name.
fn workloads(objects: &[Value]) -> Vec<(&str, &Value)> {
    let runs = |it: &&Value| matches!(string(it, &["kind"]), Some("Deployment" | "Job"));
    objects.iter().filter(runs).map(|it| (string(it, &["metadata", "name"]).unwrap(), it)).collect()
}

fn container(workload: &Value) -> &Value {
    at(at(workload, &POD).unwrap(), &["containers", "0"]).unwrap()
}

#[test]
fn every_pod_runs_with_as_little_as_can_be() {
    let objects = objects();
    let workloads = workloads(&objects);
    assert_eq!(workloads.len(), SERVICES.len() + 1, "each service, and the migration");
    for (name, workload) in workloads {
        let pod = at(workload, &POD).unwrap();
        let container = container(workload);
        for (value, path, wanted) in [
            (pod, &["automountServiceAccountToken"][..], Value::from(false)),
            (pod, &["securityContext", "runAsNonRoot"], true.into()),
            (pod, &["securityContext", "seccompProfile", "type"], "RuntimeDefault".into()),
            (container, &["securityContext", "allowPrivilegeEscalation"], false.into()),
            (container, &["securityContext", "readOnlyRootFilesystem"], true.into()),
            (container, &["securityContext", "capabilities", "drop", "0"], "ALL".into()),
        ] {
            assert_eq!(at(value, path), Some(&wanted), "{name}: {path:?}");
        }
        for path in [["requests", "cpu"], ["requests", "memory"], ["limits", "memory"]] {
            assert!(at(&container["resources"], &path).is_some(), "{name} has no {path:?}");
        }
        let subcommand = string(container, &["args", "0"]).unwrap();
        assert!(is_command(&[subcommand]), "{name}: there is no `{subcommand}`");
    }
}

#[test]
fn every_service_is_probed_where_it_listens() {
    let objects = objects();
    for name in SERVICES {
        let container = container(find(&objects, "Deployment", name));
        let variables = container["env"].as_sequence().unwrap();
        let listens = listen(name);
        let variable = variables.iter().find(|it| string(it, &["name"]) == Some(&listens)).unwrap();
        let listens = port(string(variable, &["value"]).unwrap());
        assert_eq!(listens, default_port(name), "{name} has another port by default");
        let declared = at(container, &["ports", "0", "containerPort"]).and_then(Value::as_u64);
        assert_eq!(declared, Some(listens.into()), "{name}");
        let declared = at(find(&objects, "Service", name), &["spec", "ports", "0", "port"]);
        assert_eq!(declared.and_then(Value::as_u64), Some(listens.into()), "Service {name}");
        for probe in ["startupProbe", "readinessProbe", "livenessProbe"] {
            let path = string(container, &[probe, "httpGet", "path"]).unwrap();
            assert!(["/health/live", "/health/ready"].contains(&path), "{name} {probe}: {path}");
            assert_eq!(string(container, &[probe, "httpGet", "port"]), Some("http"));
        }
        let live = string(container, &["livenessProbe", "httpGet", "path"]);
        assert_eq!(live, Some("/health/live"), "{name}: a broker that is away must kill no pod");
    }
}

#[test]
fn every_service_scales_and_survives_a_drain() {
    let objects = objects();
    for name in SERVICES {
        let scaler = find(&objects, "HorizontalPodAutoscaler", name);
        assert_eq!(string(scaler, &["spec", "scaleTargetRef", "name"]), Some(*name));
        let number = |key| at(scaler, &["spec", key]).and_then(Value::as_u64).unwrap();
        assert!(number("minReplicas") >= 2, "{name}: one replica is none while it moves");
        let useful = match *name {
            "router" => CONVERSATION_SHARDS.into(),
            "outbound" => ACCOUNT_SHARDS.into(),
            _ => u64::MAX,
        };
        assert!(number("maxReplicas") <= useful, "{name}: more than {useful} would stand idle");
        let budget = find(&objects, "PodDisruptionBudget", name);
        assert_eq!(at(budget, &["spec", "maxUnavailable"]), Some(&1.into()), "{name}");
        for object in [budget, find(&objects, "Deployment", name)] {
            let path = ["spec", "selector", "matchLabels", "app.kubernetes.io/name"];
            assert_eq!(string(object, &path), Some(*name));
        }
    }
}

#[test]
fn every_variable_sets_something() {
    let objects = objects();
    let mut variables: BTreeSet<&str> = BTreeSet::new();
    variables.extend(pairs(&find(&objects, "ConfigMap", "switchboard")["data"]).map(|it| it.0));
    let backend = find(&objects, "Secret", "switchboard-backend");
    variables.extend(pairs(&backend["stringData"]).map(|it| it.0));
    let keys = find(&objects, "Secret", "switchboard-keys");
    for (name, workload) in workloads(&objects) {
        for variable in container(workload)["env"].as_sequence().into_iter().flatten() {
            variables.insert(string(variable, &["name"]).unwrap());
            let Some(reference) = at(variable, &["valueFrom", "secretKeyRef"]) else { continue };
            assert_eq!(string(reference, &["name"]), Some("switchboard-keys"), "{name}");
            let key = string(reference, &["key"]).unwrap();
            assert!(keys["stringData"].get(key).is_some(), "{name}: the example has no key {key}");
        }
    }
    assert!(variables.len() > 10, "found only {variables:?}");
    for variable in variables {
        assert!(is_setting(variable), "{variable} is no setting of ours");
    }
}

#[test]
fn everything_is_closed_that_is_not_opened() {
    let objects = objects();
    let deny = find(&objects, "NetworkPolicy", "default-deny");
    assert_eq!(pairs(&deny["spec"]["podSelector"]).count(), 0, "it must hold for every pod");
    assert_eq!(deny["spec"]["policyTypes"].as_sequence().map(Vec::len), Some(2));
    assert!(at(deny, &["spec", "ingress"]).is_none() && at(deny, &["spec", "egress"]).is_none());
    let outside = find(&objects, "NetworkPolicy", "internet");
    let who = at(outside, &["spec", "podSelector", "matchExpressions", "0", "values"]).unwrap();
    assert_eq!(*who, Value::from(vec!["outbound", "bot", "ingress"]), "no one else calls out");
}

#[test]
fn every_manifest_is_applied_except_the_example() {
    let kustomization = yaml(&format!("{FOLDER}/kustomization.yaml")).remove(0);
    let applied = kustomization["resources"].as_sequence().unwrap();
    let applied: BTreeSet<&str> = applied.iter().filter_map(Value::as_str).collect();
    let there = names(FOLDER);
    let there = there.iter().map(String::as_str);
    let mut there: BTreeSet<&str> = there.filter(|name| *name != "kustomization.yaml").collect();
    assert!(there.remove("secrets.example.yaml"), "the example of the secrets is gone");
    assert_eq!(applied, there);
}

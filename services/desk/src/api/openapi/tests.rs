//! The description shows by example what every body looks like, and no example is out of date.

use std::collections::BTreeMap;

use boon::{Compiler, Schemas};
use serde_json::{Map, Value, json};

use super::{DOCUMENT, parts};

const AT: &str = "https://switchboard.invalid/openapi.json";

/// One body of an operation.
#[derive(Debug)]
struct Body {
    /// Such as `post /labels 201`.
    of: String,
    media_type: String,
    content: Value,
}

/// The description, in which no object has members that are not told of.
fn strict() -> Value {
    let mut document = serde_json::to_value(&*DOCUMENT).unwrap();
    close(&mut document["components"]["schemas"]);
    document
}

/// Forbids what nothing tells of, wherever a schema is used; what `allOf` puts together counts as
/// one. (JSON Schema 2020-12, 11.3)
fn close(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if members.contains_key("$ref") {
                members.insert("unevaluatedProperties".into(), false.into());
            }
            let parts = members.iter_mut().filter(|(name, _)| *name != "allOf");
            parts.for_each(|(_, part)| close(part));
        }
        Value::Array(all) => all.iter_mut().for_each(close),
        _ => {}
    }
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

/// The bodies that go to and come from every operation.
fn bodies(document: &Value) -> Vec<Body> {
    let mut bodies = Vec::new();
    for (path, item) in members(&document["paths"]) {
        for (method, operation) in members(item) {
            let asked = std::iter::once((String::from("request"), &operation["requestBody"]));
            let answers = members(&operation["responses"]).map(|(code, it)| (code.clone(), it));
            for (which, described) in asked.chain(answers) {
                bodies.extend(members(&described["content"]).map(|(media_type, content)| Body {
                    of: format!("{method} {path} {which}"),
                    media_type: media_type.clone(),
                    content: content.clone(),
                }));
            }
        }
    }
    bodies
}

/// The name of the schema that a body is of, or is a list of.
fn name(schema: &Value) -> Option<&str> {
    let one = if schema["type"] == "array" { &schema["items"] } else { schema };
    one["$ref"].as_str()?.strip_prefix("#/components/schemas/")
}

/// The example of a body: its own, or its schema's.
fn example<'a>(body: &'a Body, document: &'a Value) -> Option<&'a Value> {
    let own = body.content.get("example");
    own.or_else(|| document["components"]["schemas"][name(&body.content["schema"])?].get("example"))
}

#[test]
fn a_name_is_one_schemas() {
    let mut known = BTreeMap::new();
    for schemas in parts().into_iter().filter_map(|part| part.components) {
        for (name, schema) in schemas.schemas {
            let same = known.entry(name.clone()).or_insert_with(|| schema.clone());
            assert!(*same == schema, "{name} means two things");
        }
    }
}

#[test]
fn every_body_has_an_example() {
    let document = strict();
    let bodies = bodies(&document);
    let wanting: Vec<&str> = bodies
        .iter()
        .filter(|body| body.media_type.ends_with("json") && example(body, &document).is_none())
        .map(|body| body.of.as_str())
        .collect();
    assert!(bodies.len() > 500 && wanting.is_empty(), "without an example: {wanting:#?}");
}

#[test]
fn every_example_is_what_its_schema_describes() {
    let document = strict();
    let mut wrong = Vec::new();
    let all = bodies(&document);
    let own = all
        .iter()
        .filter_map(|body| Some((name(&body.content["schema"])?, body.content.get("example")?)));
    let named = members(&document["components"]["schemas"])
        .filter_map(|(name, schema)| Some((name.as_str(), schema.get("example")?)));
    let (mut compiler, mut schemas) = (Compiler::new(), Schemas::new());
    compiler.add_resource(AT, document.clone()).unwrap();
    for (name, example) in own.chain(named) {
        let at = format!("{AT}/{name}");
        let mut used = json!({ "$ref": format!("{AT}#/components/schemas/{name}") });
        close(&mut used);
        compiler.add_resource(&at, used).unwrap();
        let index = compiler.compile(&at, &mut schemas).unwrap();
        if let Err(error) = schemas.validate(example, index) {
            wrong.push(format!("{name}: {error:#}"));
        }
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

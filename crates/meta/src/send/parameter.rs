//! What is filled in at one place of a template, the same on WhatsApp and Messenger.

use serde_json::{Value, json};
use switchboard_domain::content::Parameter;

/// A text, by its place's name if places have names.
pub(super) fn of(parameter: &Parameter) -> Value {
    match &parameter.name {
        Some(name) => json!({ "type": "text", "parameter_name": name, "text": parameter.text }),
        None => json!({ "type": "text", "text": parameter.text }),
    }
}

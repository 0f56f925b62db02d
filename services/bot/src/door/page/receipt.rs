//! A receipt as text, which every channel shows. Nothing that the customer would read in Messenger's
//! own form is left out; what is between the lines needs no language.

use serde_json::Value;

use super::{list, text, word};
use crate::door::fault::Fault;

/// What a receipt says.
pub(super) fn words(payload: &Value) -> Result<String, Fault> {
    let currency = text(payload, "currency").unwrap_or_default();
    let mut lines = vec![of(payload, &["merchant_name", "recipient_name"], " \u{2014} ")];
    lines.push(format!("# {}", word(payload, "order_number")?));
    for item in list(payload, "elements").unwrap_or_default() {
        lines.push(line(item, &currency)?);
    }
    if let Some(address) = payload.get("address") {
        let keys = ["street_1", "street_2", "postal_code", "city", "state", "country"];
        lines.push(of(address, &keys, ", "));
    }
    for part in payload.get("adjustments").and_then(Value::as_array).into_iter().flatten() {
        lines.push(priced(&of(part, &["name"], ""), text(part, "amount"), &currency));
    }
    let summary = payload.get("summary").unwrap_or(&Value::Null);
    for (key, sign) in [("subtotal", "="), ("shipping_cost", "+"), ("total_tax", "+")] {
        if let Some(amount) = text(summary, key) {
            let name = key.replace('_', " ");
            lines.push(priced(&format!("{sign} {name}"), Some(amount), &currency));
        }
    }
    lines.push(priced("=", Some(word(summary, "total_cost")?), &currency));
    lines.push(of(payload, &["payment_method", "order_url"], "\n"));
    lines.retain(|line| !line.is_empty());
    Ok(lines.join("\n"))
}

fn line(item: &Value, currency: &str) -> Result<String, Fault> {
    let count = text(item, "quantity").map(|count| format!("{count} \u{d7} ")).unwrap_or_default();
    let more = text(item, "subtitle").map(|more| format!(" ({more})")).unwrap_or_default();
    let currency = text(item, "currency").unwrap_or_else(|| currency.to_owned());
    let title = format!("{count}{}{more}", word(item, "title")?);
    Ok(priced(&title, text(item, "price"), &currency))
}

fn priced(what: &str, amount: Option<String>, currency: &str) -> String {
    match amount {
        Some(amount) => format!("{what} {amount} {currency}").trim_end().to_owned(),
        None => what.to_owned(),
    }
}

/// The texts under these keys that there are.
fn of(value: &Value, keys: &[&str], between: &str) -> String {
    let found = keys.iter().filter_map(|key| text(value, key)).filter(|text| !text.is_empty());
    found.collect::<Vec<_>>().join(between)
}

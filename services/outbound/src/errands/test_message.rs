//! Errand `test_message`: a line to a customer, for an administrator who has just connected.

use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_store::errands::Errand;

use super::Failure;
use crate::{context::Context, setup::test_message};

/// What it needs.
#[derive(Deserialize)]
pub(super) struct Input {
    /// PSID, IGSID or phone number.
    to: String,
}

pub(super) async fn run(
    context: &Context,
    errand: &Errand,
    input: &Input,
) -> Result<Value, Failure> {
    let account = super::account(context, errand).await?.account;
    Ok(json!({ "findings": [test_message(&context.site(), account, &input.to).await] }))
}

//! Errand `doctor`: looks at everything of a workspace, or at one account.

use serde_json::{Value, json};
use switchboard_store::errands::Errand;

use super::Failure;
use crate::{
    context::Context,
    setup::{Verdict, doctor},
};

/// What was found, and how many findings failed.
pub(super) async fn run(context: &Context, errand: &Errand) -> Result<Value, Failure> {
    let found = doctor::examine(&context.site(), errand.workspace, errand.account).await;
    let failed = found.iter().filter(|finding| finding.verdict == Verdict::Failed).count();
    Ok(json!({ "findings": found, "failed": failed }))
}

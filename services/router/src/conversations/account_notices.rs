//! What Meta says about accounts: kept for each account that it concerns. A change of templates
//! sends outbound for them.

use serde_json::json;
use switchboard_contract::{
    Body,
    convert::account_shard,
    wire::{DeskEvent, Errand},
};
use switchboard_domain::{Content, ids::ErrandId};
use switchboard_lane::{Moment, Out};
use switchboard_meta::inbound::AccountNotice;
use switchboard_queue::Topic;
use switchboard_store::{
    Db, StoreError,
    account_events::{self, AccountEvent},
    accounts::Account,
};

use super::platform::Arrived;

pub(super) fn keep(
    db: &mut Db,
    accounts: &[Account],
    (arrived, notice): (&Arrived<'_>, &AccountNotice),
    moment: Moment,
    out: &mut Out,
) -> Result<(), StoreError> {
    for account in accounts {
        let id = format!("{}#{}/{}", arrived.envelope.id, arrived.index, account.id);
        let event = AccountEvent {
            id: id.clone(),
            workspace: account.workspace,
            account: account.id,
            kind: notice.kind.clone(),
            severity: notice.severity.as_str().to_owned(),
            sentence: notice.sentence.clone(),
            raw: arrived.event.raw.clone(),
            at: if notice.at.as_micros() == 0 { moment.now } else { notice.at },
        };
        account_events::keep(db, &event)?;
        let hint = DeskEvent {
            workspace_id: account.workspace.to_string(),
            topic: "accounts".into(),
            ..DeskEvent::default()
        };
        out.put(Topic::DeskEvents, format!("desk:{id}"), Body::DeskEvent(hint));
        if notice.templates_changed {
            fetch_templates(account, &id, String::new(), out);
        }
    }
    Ok(())
}

/// Meta says in a receipt that a template is out of use: outbound sends no more of it, and reads the
/// list, which says so from now on. `message` is what the receipt is about, if it is known here.
pub(super) fn out_of_use(
    account: &Account,
    (message, status): (Option<&Content>, &str),
    cause: &str,
    out: &mut Out,
) {
    let input = match message {
        Some(Content::Template(template)) => json!({ "out_of_use": {
            "name": template.name, "language": template.language, "status": status,
        }})
        .to_string(),
        _ => String::new(),
    };
    fetch_templates(account, cause, input, out);
}

/// Sends outbound for the templates, once for each cause.
fn fetch_templates(account: &Account, cause: &str, input: String, out: &mut Out) {
    let errand = ErrandId::derive(&format!("templates/{cause}"));
    let body = Body::Errand(Errand {
        workspace_id: account.workspace.to_string(),
        account_id: account.id.to_string(),
        errand_id: errand.to_string(),
        kind: "sync_templates".into(),
        input,
    });
    out.put(Topic::Outbound(account_shard(account.id)), format!("errand:{errand}"), body);
}

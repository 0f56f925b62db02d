//! Files: those that customers send are fetched before they are gone at Meta, those that agents
//! upload are given to Meta before they are sent.
//!
//! - `worker`: takes up what is due, beside the sends and bounded for each account.
//! - `fetch`: one try to get one file. `tell`: whoever shows it hears of it.
//! - `give`: an upload on its way out.

mod fetch;
mod give;
mod tell;
mod worker;

pub(crate) use give::{Held, give};
pub(crate) use worker::run;

use switchboard_contract::{
    Invalid,
    convert::parse,
    wire::{MediaRequest, media_request::Do},
};
use switchboard_domain::{
    content::Media,
    ids::{MediaId, MessageId, WorkspaceId},
};
use switchboard_lane::{Fault, Moment};
use switchboard_store::{
    Db,
    media::work::{self, Wanted},
};

/// Notes in the lane's transaction what is to be fetched or forgotten; the worker does it.
///
/// # Errors
/// [`Fault`] when the request cannot be read, or as any write.
pub(crate) fn take_up(db: &mut Db, request: &MediaRequest, moment: Moment) -> Result<(), Fault> {
    let workspace: WorkspaceId = parse("media_request.workspace_id", &request.workspace_id)?;
    let message: MessageId = parse("media_request.message_id", &request.message_id)?;
    let missing = || Invalid::new("media_request.do", "nothing");
    match request.r#do.clone().ok_or_else(missing)? {
        Do::Fetch(file) => {
            let wanted = Wanted {
                id: MediaId::derive(&message.to_string()),
                workspace,
                account: parse("media_request.account_id", &request.account_id)?,
                conversation: parse("media_request.conversation_id", &request.conversation_id)?,
                message,
                content: Media::try_from(file)?,
            };
            work::want(db, &wanted, moment.now)?;
        }
        Do::Forget(_) => work::forget_message(db, workspace, message, moment.now)?,
    }
    Ok(())
}

//! Which app has control, seen from ours.

use switchboard_domain::conversation::ThreadChange;
use switchboard_meta::inbound::Moved;
use switchboard_store::{Db, StoreError, accounts::Account, apps};

/// What a move of control means for us.
pub(super) fn change(
    db: &mut Db,
    account: &Account,
    moved: Moved,
) -> Result<ThreadChange, StoreError> {
    Ok(match moved {
        Moved::ToUs { metadata } => ThreadChange::ToUs { from: None, metadata },
        Moved::Requested { by, metadata } => ThreadChange::Requested { by, metadata },
        Moved::To { app, from, metadata } => {
            let ours = apps::by_id(db, account.workspace, account.app)?.map(|app| app.meta_app_id);
            if app.is_some() && app == ours {
                ThreadChange::ToUs { from, metadata }
            } else {
                ThreadChange::Away { to: app, metadata }
            }
        }
    })
}

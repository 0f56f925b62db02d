//! Events that no conversation takes: kept whole, visible to administrators.

use switchboard_contract::{Envelope, wire::PlatformEvent};
use switchboard_lane::Moment;
use switchboard_store::{
    Db, StoreError,
    accounts::Account,
    unrouted::{self, Unrouted},
};

use super::platform::{Arrived, Went};

pub(super) fn keep_here(
    db: &mut Db,
    arrived: &Arrived<'_>,
    reason: &str,
    moment: Moment,
) -> Result<Went, StoreError> {
    keep(db, (arrived.envelope, arrived.event), Some(arrived.account), reason, moment)?;
    Ok(Went::Here)
}

pub(super) fn keep(
    db: &mut Db,
    (envelope, event): (&Envelope, &PlatformEvent),
    account: Option<&Account>,
    reason: &str,
    moment: Moment,
) -> Result<(), StoreError> {
    let kept = Unrouted {
        id: envelope.id.clone(),
        workspace_id: account.map(|account| account.workspace.to_string()),
        app_key: event.app_key.clone(),
        channel: event.channel.clone(),
        account: event.account.clone(),
        kind: event.kind.clone(),
        reason: reason.to_owned(),
        raw: event.raw.clone(),
        received_at: moment.now.as_micros(),
    };
    unrouted::keep(db, &kept)
}

//! Opening connections, with a deadline on each step.

use std::time::Duration;

use lapin::{Channel, Connection, ConnectionProperties, options::ConfirmSelectOptions};

use crate::{declare, fault::Fault, names::Names, settings::RabbitSettings};

/// A whole set-up, with some fifty declarations to a broker that just booted.
pub(crate) const SET_UP: Duration = Duration::from_secs(30);

/// A polite end; whoever does not answer is dropped.
const FAREWELL: Duration = Duration::from_secs(2);

/// Connects; `purpose` tells the connections of one process apart.
pub(crate) async fn connect(settings: &RabbitSettings, purpose: &str) -> Result<Connection, Fault> {
    let name = format!("{} {purpose}", settings.name);
    let properties = ConnectionProperties::default().with_connection_name(name.into());
    in_time(Connection::connect_uri(settings.url.uri(), properties)).await
}

/// Connects for publishing, and declares everything.
pub(crate) async fn connect_publisher(
    settings: &RabbitSettings,
    names: &Names,
) -> Result<Connection, Fault> {
    let connection = connect(settings, "publish").await?;
    let channel = in_time(connection.create_channel()).await?;
    let declared = tokio::time::timeout(SET_UP, declare::everything(&channel, names, settings));
    declared.await.map_err(|_| Fault::Silent)??;
    farewell(channel.close(REPLY_OK, "declared".into())).await;
    Ok(connection)
}

/// A channel in confirm mode.
pub(crate) async fn publishing_channel(connection: &Connection) -> Result<Channel, Fault> {
    let channel = in_time(connection.create_channel()).await?;
    in_time(channel.confirm_select(ConfirmSelectOptions::default())).await?;
    Ok(channel)
}

/// Ends a connection politely, if the broker still listens.
pub(crate) async fn disconnect(connection: &Connection) {
    farewell(connection.close(REPLY_OK, "closing".into())).await;
}

/// Ends a channel politely, if the broker still listens. True if it did.
pub(crate) async fn close(channel: &Channel) -> bool {
    farewell(channel.close(REPLY_OK, "closing".into())).await
}

/// The reply code of a regular end.
const REPLY_OK: u16 = 200;

async fn farewell(end: impl Future<Output = lapin::Result<()>>) -> bool {
    matches!(tokio::time::timeout(FAREWELL, end).await, Ok(Ok(())))
}

/// Waits for the broker's answer, but not for ever.
pub(crate) async fn in_time<T>(answer: impl Future<Output = lapin::Result<T>>) -> Result<T, Fault> {
    let answer = tokio::time::timeout(SET_UP, answer).await;
    Ok(answer.map_err(|_| Fault::Silent)??)
}

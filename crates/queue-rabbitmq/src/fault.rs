//! Why a connection could not be made or used: worth another try, or wrong.

use lapin::ErrorKind;
use switchboard_queue::QueueError;

/// Reply codes of AMQP 0-9-1 that another try does not help.
const ACCESS_REFUSED: u16 = 403;
const NOT_FOUND: u16 = 404;
const PRECONDITION_FAILED: u16 = 406;
const NOT_ALLOWED: u16 = 530;

/// What the broker says of a quorum queue whose members have no leader yet, or none that is up:
/// while it begins, after a restart, and while a node is away.
const NO_LEADER: &str = "is down or inaccessible";

/// Why it did not work.
#[derive(Debug)]
pub(crate) enum Fault {
    /// Worth another try.
    Away(lapin::Error),
    /// No answer in time.
    Silent,
    /// What exists, or is asked for, is wrong.
    Refused { what: String, remedy: String },
}

impl Fault {
    /// One line for health and log.
    pub(crate) fn text(&self) -> String {
        match self {
            Fault::Away(error) => error.to_string(),
            Fault::Silent => "the broker does not answer".into(),
            Fault::Refused { what, remedy } => format!("{what}; {remedy}"),
        }
    }

    /// Adds what was being declared to a refusal, which may not name it.
    pub(crate) fn while_declaring(self, name: &str) -> Self {
        match self {
            Fault::Refused { what, remedy } => {
                Fault::Refused { what: format!("declaring {name}: {what}"), remedy }
            }
            other => other,
        }
    }
}

impl From<lapin::Error> for Fault {
    fn from(error: lapin::Error) -> Self {
        let ErrorKind::ProtocolError(protocol) = error.kind() else {
            return Fault::Away(error);
        };
        let remedy = match protocol.get_id() {
            ACCESS_REFUSED => "check the user, the password and its permissions on the vhost",
            NOT_ALLOWED => "check that the vhost exists and that the user may use it",
            // RabbitMQ's word for a queue that is there and has no leader at the moment.
            NOT_FOUND if protocol.get_message().as_str().contains(NO_LEADER) => {
                return Fault::Away(error);
            }
            NOT_FOUND => "restart a service: each declares what is missing when it connects",
            PRECONDITION_FAILED => {
                "the arguments of a queue are fixed when it is created: let its consumers empty \
                 it, delete it, and restart a service, which declares it anew"
            }
            _ => return Fault::Away(error),
        };
        Fault::Refused { what: protocol.get_message().to_string(), remedy: remedy.into() }
    }
}

impl From<Fault> for QueueError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Away(error) => QueueError::Away(Box::new(error)),
            Fault::Silent => QueueError::Away("the broker does not answer".into()),
            Fault::Refused { what, remedy } => QueueError::Refused { what, remedy },
        }
    }
}

#[cfg(test)]
mod tests {
    use lapin::protocol::{AMQPError, AMQPSoftError};

    use super::*;

    fn not_found(message: &str) -> Fault {
        let error = AMQPError::new(AMQPSoftError::NOTFOUND.into(), message.into());
        Fault::from(lapin::Error::from(ErrorKind::ProtocolError(error)))
    }

    #[test]
    fn a_queue_without_a_leader_is_away_and_one_that_is_not_there_is_wrong() {
        let away = not_found(
            "NOT_FOUND - home node 'rabbit@one' of durable queue 'inbound.09' in vhost '/' is down \
             or inaccessible",
        );
        assert!(matches!(away, Fault::Away(_)), "{away:?}");
        let gone = not_found("NOT_FOUND - no queue 'inbound.09' in vhost '/'");
        assert!(matches!(gone, Fault::Refused { .. }), "{gone:?}");
    }
}

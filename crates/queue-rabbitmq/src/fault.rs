//! Why a connection could not be made or used: worth another try, or wrong.

use lapin::ErrorKind;
use switchboard_queue::QueueError;

/// Reply codes of AMQP 0-9-1 that another try does not help.
const ACCESS_REFUSED: u16 = 403;
const NOT_FOUND: u16 = 404;
const PRECONDITION_FAILED: u16 = 406;
const NOT_ALLOWED: u16 = 530;

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

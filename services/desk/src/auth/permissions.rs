//! What each role may do.

use switchboard_domain::ids::TeamId;
use switchboard_store::{
    inbox::Sight,
    users::{Role, User},
};

use crate::{auth::caller::Caller, fault};
use switchboard_chassis::problem::Problem;

/// What the role decides. What is not here everyone may, within what they see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Permission {
    /// See conversations of other agents and other teams, and act on them.
    SeeAll,
    /// Put a conversation into the hands of someone else.
    AssignOthers,
    /// Read and change users, teams and who is in them.
    ManagePeople,
    /// Read events that belong to no conversation.
    SeeUnrouted,
    /// Replace the tokens of accounts.
    ManageAccounts,
    /// Read and change bots, and which accounts have them.
    ManageBots,
    /// Read and change how customers are asked to log in.
    ManageLinking,
    /// Read and change how customers are asked how it went.
    ManageSurveys,
    /// Read what they answered.
    SeeAnswers,
    /// Read requests to erase people, and erase them.
    ErasePeople,
    /// Block customers, and unblock them.
    BlockPeople,
    /// Read what Meta said about accounts.
    SeeAccountEvents,
    /// Make and change labels, canned replies and macros.
    ManageLabels,
    /// Make and end the keys of programs.
    ManageKeys,
    /// Have other software told of events.
    ManageWebhooks,
    /// Read who changed what.
    SeeAudit,
    /// Read reports.
    SeeReports,
}

/// The least role that a permission needs.
fn least_role(permission: Permission) -> Role {
    use Permission::{
        AssignOthers, BlockPeople, ErasePeople, ManageAccounts, ManageBots, ManageKeys,
        ManageLabels, ManageLinking, ManagePeople, ManageSurveys, ManageWebhooks, SeeAccountEvents,
        SeeAll, SeeAnswers, SeeAudit, SeeReports, SeeUnrouted,
    };
    match permission {
        AssignOthers | BlockPeople => Role::Agent,
        SeeAll | ManageLabels | SeeAnswers | SeeReports => Role::Supervisor,
        ErasePeople | ManageAccounts | ManageBots | ManageKeys | ManageLinking | ManagePeople
        | ManageSurveys | ManageWebhooks | SeeAccountEvents | SeeAudit | SeeUnrouted => Role::Admin,
    }
}

/// The word for a role in the API.
pub(crate) fn role_word(role: Role) -> &'static str {
    match role {
        Role::Agent => "agent",
        Role::Supervisor => "supervisor",
        Role::Admin => "admin",
    }
}

impl Caller {
    /// Whether the caller's role has the permission.
    pub(crate) fn may(&self, permission: Permission) -> bool {
        self.user.role >= least_role(permission)
    }

    /// Refuses unless the caller's role has the permission.
    pub(crate) fn require(&self, permission: Permission) -> Result<(), Problem> {
        if self.may(permission) {
            return Ok(());
        }
        Err(fault::forbidden(role_word(least_role(permission))))
    }

    /// Which conversations the caller sees.
    pub(crate) fn sight(&self) -> Sight {
        sight_of(&self.user, self.teams.clone())
    }
}

/// Which conversations somebody in these teams sees.
pub(crate) fn sight_of(user: &User, teams: Vec<TeamId>) -> Sight {
    if user.role >= least_role(Permission::SeeAll) {
        return Sight::All;
    }
    Sight::Own { agent: user.id, teams }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_only_add() {
        assert!(Role::Agent < Role::Supervisor && Role::Supervisor < Role::Admin);
    }
}

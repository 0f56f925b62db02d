//! Account linking: how an account asks its customers who they are (written by desk), the codes
//! that log-ins are proved by ([`code`]), and whom contacts turned out to be ([`bonds`], written by
//! router).

pub mod bonds;
pub mod code;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use switchboard_domain::{
    Timestamp,
    ids::{AccountId, WorkspaceId},
};

use crate::{
    Db, StoreError,
    accounts::{self, Account},
    convert::{from_json, parse, to_json},
    db::on,
    schema::account_linking::{self, dsl},
    seal::Place,
};

/// How an account asks its customers who they are; the secret still sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linking {
    /// Which account.
    pub account: AccountId,
    /// Whose it is.
    pub workspace: WorkspaceId,
    /// Who knows the customers.
    pub method: Method,
    /// The endpoint's signing secret or the client's secret, sealed for [`Linking::secret_place`].
    pub secret: String,
    /// What customers read in the conversation.
    pub texts: Texts,
}

/// Who knows the customers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Method {
    /// An address of the business that checks a name and a password.
    Http {
        /// The address.
        url: String,
    },
    /// An OpenID Connect provider.
    Oidc {
        /// The issuer; `/.well-known/openid-configuration` below it describes the provider.
        issuer: String,
        /// What we are called there.
        client_id: String,
        /// What to ask for beside `openid`, separated by spaces.
        scopes: String,
        /// The claim that is the customer number.
        customer_claim: String,
        /// The claim that is the customer's name.
        name_claim: String,
    },
}

/// What customers read in the conversation. `{customer_number}` and `{name}` are filled in; nothing
/// is said when a text is empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Texts {
    /// Above the log-in button.
    pub log_in: String,
    /// After they logged in.
    pub linked: String,
    /// After they logged out, or an agent unlinked them.
    pub unlinked: String,
}

impl Default for Texts {
    fn default() -> Self {
        Self {
            log_in: "Please log in, so that we know who you are.".into(),
            linked: "Thank you, {name}. You are logged in as customer {customer_number}.".into(),
            unlinked: "You are logged out. We no longer connect this chat with your customer \
                       account."
                .into(),
        }
    }
}

impl Texts {
    /// What they read after they logged in.
    #[must_use]
    pub fn linked_as(&self, customer_number: &str, name: Option<&str>) -> String {
        let text = match name {
            Some(name) => self.linked.replace("{name}", name),
            // A greeting without a name, and without what stood around it.
            None => {
                self.linked.replace(", {name}", "").replace(" {name}", "").replace("{name}", "")
            }
        };
        text.replace("{customer_number}", customer_number)
    }
}

impl Linking {
    /// Where the secret is sealed for.
    #[must_use]
    pub fn secret_place(workspace: WorkspaceId, account: &str) -> Place<'_> {
        Place { workspace, column: "account_linking.secret", row: account }
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = account_linking)]
struct Row {
    account_id: String,
    workspace_id: String,
    method: String,
    secret: String,
    texts: String,
    updated_at: i64,
}

impl TryFrom<Row> for Linking {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            account: parse("account_linking.account_id", &row.account_id)?,
            workspace: parse("account_linking.workspace_id", &row.workspace_id)?,
            method: from_json("account_linking.method", &row.method)?,
            secret: row.secret,
            texts: from_json("account_linking.texts", &row.texts)?,
        })
    }
}

/// Writes how an account asks its customers, anew or instead of before.
///
/// # Errors
/// As any write.
pub fn set(db: &mut Db, linking: &Linking, now: Timestamp) -> Result<(), StoreError> {
    let set = (
        dsl::method.eq(to_json("account_linking.method", &linking.method)?),
        dsl::secret.eq(linking.secret.clone()),
        dsl::texts.eq(to_json("account_linking.texts", &linking.texts)?),
        dsl::updated_at.eq(now.as_micros()),
    );
    let row = (
        dsl::account_id.eq(linking.account.to_string()),
        dsl::workspace_id.eq(linking.workspace.to_string()),
        set.clone(),
    );
    on!(db, conn => diesel::insert_into(account_linking::table)
        .values(row)
        .on_conflict(dsl::account_id)
        .do_update()
        .set(set)
        .execute(conn))?;
    Ok(())
}

/// Ends it: the account no longer asks its customers. Whom it knows already stays known.
///
/// # Errors
/// [`StoreError::NotFound`] when it did not ask.
pub fn remove(db: &mut Db, workspace: WorkspaceId, account: AccountId) -> Result<(), StoreError> {
    let row = account_linking::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::account_id.eq(account.to_string()));
    let rows = on!(db, conn => diesel::delete(row).execute(conn))?;
    if rows == 1 { Ok(()) } else { Err(StoreError::NotFound("account linking")) }
}

/// How the account asks its customers; `None` when it does not.
///
/// # Errors
/// As any read.
pub fn of(
    db: &mut Db,
    workspace: WorkspaceId,
    account: AccountId,
) -> Result<Option<Linking>, StoreError> {
    let query = account_linking::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::account_id.eq(account.to_string()));
    let row: Option<Row> = on!(db, conn => query.select(Row::as_select()).first(conn).optional())?;
    row.map(Linking::try_from).transpose()
}

/// The account that a log-in page is for, in whatever workspace, and how it asks.
///
/// # Errors
/// As any read.
pub fn page(db: &mut Db, account: AccountId) -> Result<Option<(Account, Linking)>, StoreError> {
    let query = account_linking::table.filter(dsl::account_id.eq(account.to_string()));
    let row: Option<Row> = on!(db, conn => query.select(Row::as_select()).first(conn).optional())?;
    let Some(linking) = row.map(Linking::try_from).transpose()? else { return Ok(None) };
    let account = accounts::by_id(db, linking.workspace, account)?;
    Ok(account.map(|account| (account, linking)))
}

#[cfg(test)]
mod tests {
    use super::Texts;

    #[test]
    fn a_customer_without_a_name_is_greeted_without_one() {
        let texts = Texts::default();
        assert_eq!(
            texts.linked_as("C-1", Some("Ada")),
            "Thank you, Ada. You are logged in as customer C-1."
        );
        assert_eq!(texts.linked_as("C-1", None), "Thank you. You are logged in as customer C-1.");
    }
}

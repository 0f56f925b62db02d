//! The servers that tests build on do what they say.

#[cfg(test)]
mod tests {
    use std::process::Command;

    use switchboard_testkit::postgres::{self, Postgres};

    fn ask(url: &str, statement: &str) -> String {
        let arguments = ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--command"];
        let output = Command::new("psql")
            .args(arguments)
            .args([statement, "--dbname", url])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    #[tokio::test]
    async fn a_killed_postgres_comes_back_with_what_was_committed() {
        let mut server = Postgres::start().await.unwrap();
        let database = postgres::fresh_database(&server.url()).await.unwrap();
        ask(&database, "CREATE TABLE notes (text TEXT)");
        ask(&database, "INSERT INTO notes VALUES ('kept')");
        server.kill9();
        server.start_again().await.unwrap();
        assert_eq!(ask(&database, "SELECT text FROM notes"), "kept");
        server.stop().await.unwrap();
        server.start_again().await.unwrap();
        assert_eq!(ask(&database, "SELECT text FROM notes"), "kept");
    }

    #[tokio::test]
    async fn users_of_the_shared_postgres_meet_the_same_server() {
        let first = postgres::shared().await.unwrap();
        let second = postgres::shared().await.unwrap();
        assert_eq!(first.url(), second.url());
        let one = postgres::fresh_database(first.url()).await.unwrap();
        let other = postgres::fresh_database(second.url()).await.unwrap();
        ask(&one, "CREATE TABLE mine (text TEXT)");
        assert_eq!(ask(&other, "SELECT to_regclass('mine') IS NULL"), "t");
    }
}

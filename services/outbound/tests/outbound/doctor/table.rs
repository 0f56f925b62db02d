//! Every trouble with a set-up that Meta's documentation and operators tell of, and the test that
//! shows how the doctor finds it.
//!
//! Sources: Messenger Platform and WhatsApp "Get started", "Webhooks"; Facebook Login "Access
//! tokens"; WhatsApp "Phone numbers", "Health status".

const SHOWN: &[(&str, &str)] = &[
    ("a dead token: expired, password changed, app removed", DEAD_TOKEN),
    ("a token that expires soon", DEAD_TOKEN),
    ("a token without the permissions", DEAD_TOKEN),
    ("a token of another app", "a_token_of_another_app_page_or_person_is_found"),
    ("a token of another Page", "a_token_of_another_app_page_or_person_is_found"),
    ("a person's token instead of the Page's", "a_token_of_another_app_page_or_person_is_found"),
    (
        "the token's owner lacks a task on the Page",
        "an_owner_who_lacks_a_task_on_the_page_is_found",
    ),
    (
        "assets assigned after the token was made",
        "a_token_without_the_account_among_its_assets_is_found",
    ),
    ("90 days without the owner: data access ends", "access_to_data_that_ends_is_found"),
    ("a wrong app secret, so a wrong proof", "a_wrong_app_secret_is_found"),
    ("the product's webhooks are not subscribed to", "what_the_app_does_not_subscribe_to_is_found"),
    ("a field is missing in the app", "what_the_app_does_not_subscribe_to_is_found"),
    ("the app's callback is another", "what_the_app_does_not_subscribe_to_is_found"),
    ("Meta disabled the webhooks", "webhooks_that_meta_switched_off_are_found"),
    ("the Page is not subscribed", "what_the_account_does_not_subscribe_to_is_found"),
    ("a field is missing at the Page", "what_the_account_does_not_subscribe_to_is_found"),
    ("the business account is not subscribed", "what_the_account_does_not_subscribe_to_is_found"),
    ("the business account's override", "callbacks_that_go_before_ours_are_found"),
    ("the number's override", "callbacks_that_go_before_ours_are_found"),
    ("the callback fails the challenge", "a_callback_that_does_not_answer_as_ours_is_found"),
    ("the signature is refused", "a_callback_that_does_not_answer_as_ours_is_found"),
    ("the callback cannot be reached", "what_is_well_is_said_to_be_well"),
    ("the address is private, or not https", "an_address_that_meta_cannot_use_is_found"),
    ("nothing has come for long", "an_account_that_nothing_came_of_for_long_is_found"),
    ("the app is in development mode", "an_app_in_development_mode_is_found"),
    ("no way out to Meta", "meta_that_does_not_answer_is_found"),
    ("a wrong proxy", "a_wrong_proxy_is_found"),
    ("a wrong clock", "a_clock_that_is_wrong_is_found"),
    ("a number that is not registered", "a_number_that_is_not_registered_is_found"),
    ("a number's quality, name, status, verification", "a_number_in_trouble_is_found"),
    ("a number's throughput and messaging limit", "a_number_at_its_limits_is_found"),
    ("what Meta's health status says: payment, policy", "metas_own_diagnosis_is_told"),
    ("Instagram is linked to no Page, or to another", "a_broken_link_to_instagram_is_found"),
    ("sends of the account are stopped", "an_account_that_is_stopped_is_found"),
    ("the schema is behind", "a_database_that_was_not_migrated_is_found"),
    ("messages that nobody could process", "messages_that_nobody_could_process_are_found"),
    ("files cannot be kept", "a_place_for_files_that_cannot_be_used_is_found"),
    ("the keys are lost", "keys_that_do_not_open_the_secrets_are_found"),
];

const DEAD_TOKEN: &str = "a_token_that_is_dead_short_lived_or_lacks_permissions_is_found";

const TESTS: &str = concat!(
    include_str!("mod.rs"),
    include_str!("facts.rs"),
    include_str!("installation.rs"),
    include_str!("tokens.rs"),
    include_str!("webhooks.rs"),
);

#[test]
fn each_trouble_with_a_set_up_is_shown_by_a_test() {
    for (trouble, test) in SHOWN {
        let is_there = TESTS.contains(&format!("#[tokio::test]\nasync fn {test}()"));
        assert!(is_there, "{trouble}: there is no {test}");
    }
}

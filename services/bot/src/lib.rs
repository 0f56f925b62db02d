//! switchboard-bot.

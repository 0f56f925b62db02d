-- What bots spent, in millionths of a currency: in a conversation, or on a day. Written by bot.
CREATE TABLE bot_spending (
    bot_id TEXT NOT NULL REFERENCES bots (id),
    scope TEXT NOT NULL,
    micros BIGINT NOT NULL,
    PRIMARY KEY (bot_id, scope)
);

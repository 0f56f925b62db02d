DROP TABLE bot_spending;

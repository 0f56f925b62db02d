DROP TABLE bot_documents;

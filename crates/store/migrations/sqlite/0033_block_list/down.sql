DROP TABLE block_list;

CREATE TABLE resources (
    code         text PRIMARY KEY,
    unit         text NOT NULL,
    description  text NOT NULL
);

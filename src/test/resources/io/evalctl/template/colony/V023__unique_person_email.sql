create unique index concurrently person_email_key on colony.person (lower(email));

-- Files whose scanner stayed away until their job gave up are found again once a day.

CREATE INDEX allegato_attesa ON allegato (ente_id, created_at) WHERE scan = 'in_attesa';

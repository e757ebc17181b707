/** Names of many origins for people who do not exist. Composed for this demo; any likeness is chance. */

export const girls: readonly string[] = [
  'Abigail', 'Adaeze', 'Aaliyah', 'Aiko', 'Alejandra', 'Alma', 'Amara', 'Amelie', 'Amina', 'Anahí', 'Anika',
  'Annika', 'Ariadne', 'Aroha', 'Astrid', 'Ayşe', 'Beatriz', 'Brielle', 'Camila', 'Catalina', 'Cécile', 'Chanel',
  'Chloë', 'Clara', 'Dalia', "D'Asia", 'Daniela', 'Delphine', 'Eilidh', 'Eleni', 'Elif', 'Eloise', 'Esperanza',
  'Esther', 'Fatima', 'Fiona', 'Freya', 'Gabriela', 'Giulia', 'Grace', 'Hadiza', 'Hana', 'Harper', 'Hazel', 'Ines',
  'Ingrid', 'Irina', 'Isabel', 'Itzel', 'Jasmine', 'Jia', 'Josefina', 'Juniper', 'Kamala', 'Katarzyna', 'Keiko',
  'Kiara', 'Laila', 'Leilani', 'Linh', 'Lucía', 'Mahalia', 'Maëlle', 'Mairéad', 'Margit', 'María José', 'Mei',
  'Mila', 'Nadia', 'Naomi', 'Ngozi', 'Nia', 'Noor', 'Odalys', 'Olivia', 'Paloma', 'Penelope', 'Priya', 'Quinn',
  'Renée', 'Rosalind', 'Ruth', 'Saanvi', 'Saoirse', 'Shanice', 'Siobhán', 'Sofía', 'Soo-ah', 'Tahlia', 'Tatiana',
  'Thandiwe', 'Valentina', 'Wren', 'Ximena', 'Yasmin', 'Yuki', 'Zahra', 'Zoë', 'Zuzanna',
]; // prettier-ignore

export const boys: readonly string[] = [
  'Abdullahi', 'Adrián', 'Ahmed', 'Aiden', 'Alejandro', 'Amir', 'Anders', 'André', 'Ángel', 'Arjun', 'Asher', 'Bao',
  'Bastien', 'Benjamin', 'Björn', 'Bogdan', 'Caleb', 'Carlos', 'Cédric', 'Chidi', 'Cillian', 'Colton', 'Cyrus',
  'Dai', 'Damian', 'Dashiell', "De'Andre", 'Devonte', 'Diego', 'Dmitri', 'Elias', 'Emeka', 'Emre', 'Enzo', 'Étienne',
  'Ezekiel', 'Farid', 'Felix', 'François', 'Gael', 'George', 'Giovanni', 'Hamza', 'Haruto', 'Henry', 'Hiro', 'Hugo',
  'Ibrahim', 'Ignacio', 'Isaiah', 'Iván', 'Jamal', 'Jasper', 'Jesús', 'Jin', 'Joaquín', 'Jonah', 'José Luis',
  'Kai', 'Keoni', 'Khalil', 'Kofi', 'Kwame', 'Lars', 'Leandro', 'Levi', 'Luca', 'Malik', 'Marcus', 'Mateo',
  'Matthias', 'Miguel', 'Minh', 'Nathaniel', 'Nikolai', 'Noah', 'Omar', 'Oskar', 'Owen', 'Pádraig', 'Pavel',
  'Quang', 'Rafael', 'Ravi', 'Raúl', 'Rohan', 'Ruairí', 'Samuel', 'Santiago', 'Søren', 'Tariq', 'Tenzin', 'Thiago',
  'Tobias', 'Tyrone', 'Vihaan', 'Wesley', 'Xavier', 'Yusuf', 'Zane',
]; // prettier-ignore

export const families: readonly string[] = [
  'Abara', 'Abdi', 'Acheampong', 'Aguilar', 'Ahmadi', 'Akana', 'Alvarado', 'Andersen', 'Arroyo', 'Ashworth', 'Ávila',
  'Bakker', 'Banerjee', 'Barnes', 'Begay', 'Bélanger', 'Benally', 'Bergström', 'Blackwood', 'Bouchard', 'Brennan',
  'Bui', 'Burgess', 'Caballero', 'Calloway', 'Castañeda', 'Cervantes', 'Chaudhry', 'Chávez', 'Chen', 'Chukwu',
  'Cisneros', 'Cooper', 'Cruz', 'Da Silva', 'Dang', "D'Angelo", 'Das', 'Delgado', 'Demir', 'Diallo', 'Dimitrov',
  'Donovan', 'Dvořák', 'Echevarría', 'Edwards', 'Eze', 'Farrell', 'Fernández', 'Fischer', 'Fitzgerald', 'Flores',
  'Fontaine', 'Foster', 'Fujimoto', 'Gallagher', 'García', 'Gebre', 'Goldberg', 'González', 'Gupta', 'Gutiérrez',
  'Haddad', 'Halvorsen', 'Harrington', 'Hassan', 'Hernández', 'Herrera', 'Ho', 'Horvat', 'Huerta', 'Hussain',
  'Ibarra', 'Iversen', 'Jackson', 'Jankowski', 'Jaramillo', 'Jeong', 'Jiménez', 'Jones', 'Kahananui', 'Kang',
  'Kaplan', 'Karimi', 'Kaur', 'Keller', 'Kim', 'Kovács', 'Kowalczyk', 'Larsen', 'Lavoie', 'Le', 'Lindqvist', 'Liu',
  'López', 'Lucero', 'MacLeod', 'Mahmoud', 'Maldonado', 'Martínez', 'Mbeki', 'McAllister', 'Mendoza', 'Mensah',
  'Meyer', 'Mitchell', 'Mohamud', 'Morales', 'Muñoz', 'Murphy', 'Nakamura', 'Navarro', 'Nguyen', 'Nielsen',
  'Novak', 'Núñez', "O'Brien", "O'Connell", 'Obi', 'Ochoa', 'Okafor', 'Oliveira', 'Ortega', 'Osei', 'Pacheco', 'Park',
  'Patel', 'Peña', 'Pereira', 'Petrov', 'Pham', 'Pineda', 'Popescu', 'Quintero', 'Rahman', 'Ramírez', 'Reyes',
  'Reynolds', 'Rivera', 'Robinson', 'Romero', 'Rosen', 'Rossi', 'Ruiz', 'Saeed', 'Salazar', 'Sánchez', 'Sandoval',
  'Sato', 'Schmidt', 'Schröder', 'Shapiro', 'Sharma', 'Silva', 'Singh', 'Sokolov', 'St. Clair', 'Stewart', 'Suárez',
  'Tafoya', 'Takahashi', 'Talavera', 'Tanaka', 'Thompson', 'Torres', 'Tran', 'Trujillo', 'Tsosie', 'Uche', 'Usman',
  'Valdez', 'Van der Berg', 'Vargas', 'Vásquez', 'Villanueva', 'Vo', 'Washington', 'Weaver', 'Whitehorse', 'Wójcik',
  'Wong', 'Wright', 'Xiong', 'Yamamoto', 'Yang', 'Yazzie', 'Yılmaz', 'Young', 'Zamora', 'Zhang', 'Zieliński',
]; // prettier-ignore

/** Schools are named for places that sound like a river valley. */
export const places: readonly string[] = [
  'Maple Fork', 'Cedar Bend', 'Heron Lake', 'Stillwater', 'Prairie Rose', 'Red Bluff', 'Willow Creek', 'Sycamore Hill',
  'Otter Point', 'Juniper Flats', 'Granite Pass', 'Blue Heron', 'Lantern Hill', 'Fox Hollow', 'Meadowlark', 'Quarry Road',
]; // prettier-ignore

const plainLetters: Readonly<Record<string, string>> = { ø: 'o', ł: 'l', ı: 'i', ß: 'ss' };

/** A name as user names and email addresses carry it; empty for scripts that are not Latin. */
export function fold(name: string): string {
  return name
    .toLowerCase()
    .replace(/[øłıß]/g, (letter) => plainLetters[letter] ?? '')
    .normalize('NFD')
    .replace(/[^a-z]/g, '');
}

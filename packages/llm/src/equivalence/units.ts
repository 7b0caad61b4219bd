import { decimal, type Rational, rational } from "./rational.ts";

/** What a unit measures and how to convert it: base = (amount + shift) · factor. */
export interface Unit {
  readonly dimension: string;
  readonly factor: Rational;
  readonly shift: Rational;
}

/** `dimension: factor = case-sensitive symbols; words` per line; a factor is in the dimension's base unit. */
const TABLE = `
share 1/100 = % ; percent, per cent
share 1/1000 = ‰ ; permille, per mille
percentage-point 1 = pp, ppt ; percentage point, percentage points
length 1 = m ; metre, metres, meter, meters
length 1/100 = cm, CM, Cm ; centimetre, centimetres, centimeter, centimeters
length 1/1000 = mm ; millimetre, millimetres, millimeter, millimeters
length 1e-6 = µm, um, μm ; micrometre, micrometres, micrometer, micrometers, micron, microns
length 1e-9 = nm ; nanometre, nanometres, nanometer, nanometers
length 1000 = km, KM, Km ; kilometre, kilometres, kilometer, kilometers, kms
length 0.0254 = in, in., " ; inch, inches
length 0.3048 = ft, ft., ' ; foot, feet
length 0.9144 = yd ; yard, yards
length 1609.344 = mi ; mile, miles
length 1852 = nmi ; nautical mile, nautical miles
mass 1 = kg, Kg, KG ; kilogram, kilograms, kilogramme, kilogrammes, kilo, kilos
mass 1e-3 = g ; gram, grams, gramme, grammes
mass 1e-6 = mg ; milligram, milligrams
mass 1e-9 = µg, μg, mcg ; microgram, micrograms
mass 1000 = t ; tonne, tonnes, metric ton, metric tons
mass 0.45359237 = lb, lbs, lb. ; pound, pounds
mass 0.028349523125 = oz, oz. ; ounce, ounces
mass 6.35029318 = ; stone, stones
time 1 = s, sec, sec. ; second, seconds, secs
time 1e-3 = ms ; millisecond, milliseconds
time 1e-6 = µs, μs, us ; microsecond, microseconds
time 1e-9 = ns ; nanosecond, nanoseconds
time 60 = min, min. ; minute, minutes, mins
time 3600 = h, hr, hrs ; hour, hours
time 86400 = d ; day, days
time 604800 = wk ; week, weeks
calendar 1 = mo ; month, months
calendar 12 = yr, yrs, y ; year, years
calendar 120 = ; decade, decades
calendar 1200 = ; century, centuries
area 1 = m^2, m2, sqm, sq m ; square metre, square metres, square meter, square meters
area 1e-4 = cm^2, cm2 ; square centimetre, square centimetres, square centimeter, square centimeters
area 1e6 = km^2, km2, sq km ; square kilometre, square kilometres, square kilometer, square kilometers
area 10000 = ha ; hectare, hectares
area 4046.8564224 = ac ; acre, acres
area 0.09290304 = ft^2, ft2, sq ft, sqft ; square foot, square feet
area 2589988.110336 = mi^2, mi2, sq mi ; square mile, square miles
volume 1e-3 = l, L ; litre, litres, liter, liters
volume 1e-6 = ml, mL, cm^3, cm3, cc ; millilitre, millilitres, milliliter, milliliters, cubic centimetre, cubic centimetres, cubic centimeter, cubic centimeters
volume 1e-5 = cl, cL ; centilitre, centilitres, centiliter, centiliters
volume 1e-4 = dl, dL ; decilitre, decilitres, deciliter, deciliters
volume 1 = m^3, m3 ; cubic metre, cubic metres, cubic meter, cubic meters
volume 0.003785411784 = gal ; gallon, gallons
speed 1 = m/s ; metres per second, meters per second
speed 5/18 = km/h, kph, kmh, kmph ; kilometres per hour, kilometers per hour
speed 0.44704 = mph, mi/h ; miles per hour
speed 463/900 = kn, kt ; knot, knots
data 1 = B ; byte, bytes
data 1/8 = bit ; bits
data 1e3 = kB, KB ; kilobyte, kilobytes
data 1e6 = MB ; megabyte, megabytes
data 1e9 = GB ; gigabyte, gigabytes
data 1e12 = TB ; terabyte, terabytes
data 1024 = KiB ; kibibyte, kibibytes
data 1048576 = MiB ; mebibyte, mebibytes
data 1073741824 = GiB ; gibibyte, gibibytes
energy 1 = J ; joule, joules
energy 1e3 = kJ ; kilojoule, kilojoules
energy 4.184 = cal ; calorie, calories
energy 4184 = kcal ; kilocalorie, kilocalories
energy 3600 = Wh ; watt hour, watt hours
energy 3.6e6 = kWh ; kilowatt hour, kilowatt hours
power 1 = W ; watt, watts
power 1e3 = kW ; kilowatt, kilowatts
power 1e6 = MW ; megawatt, megawatts
frequency 1 = Hz ; hertz
frequency 1e3 = kHz ; kilohertz
frequency 1e6 = MHz ; megahertz
frequency 1e9 = GHz ; gigahertz
pressure 1 = Pa ; pascal, pascals
pressure 1e3 = kPa ; kilopascal, kilopascals
pressure 1e5 = bar ; bars
pressure 101325 = atm ; atmosphere, atmospheres
angle 1 = °, deg ; degree, degrees
`;

const ZERO = rational(0n);

function factorOf(text: string): Rational {
  const [num = "", den = "1"] = text.split("/");
  const [a, b] = [decimal(num) ?? ZERO, decimal(den) ?? ZERO];
  return rational(a.num * b.den, a.den * b.num);
}

function readTable(): { symbols: Map<string, Unit>; words: Map<string, Unit> } {
  const symbols = new Map<string, Unit>();
  const words = new Map<string, Unit>();
  for (const line of TABLE.trim().split("\n")) {
    const [head = "", names = ""] = line.split(" = ");
    const [dimension = "", factor = ""] = head.split(" ");
    const unit = { dimension, factor: factorOf(factor), shift: ZERO };
    const [cased = "", uncased = ""] = ` ${names} `.split(";");
    for (const name of cased.split(", ")) if (name.trim() !== "") symbols.set(name.trim(), unit);
    for (const name of uncased.split(", ")) if (name.trim() !== "") words.set(name.trim(), unit);
  }
  const celsius = { dimension: "temperature", factor: rational(1n), shift: rational(27315n, 100n) };
  const fahrenheit = { dimension: "temperature", factor: rational(5n, 9n), shift: rational(45967n, 100n) };
  const kelvin = { dimension: "temperature", factor: rational(1n), shift: ZERO };
  for (const name of ["°C", "° C", "C"]) symbols.set(name, celsius);
  for (const name of ["celsius", "degrees celsius", "degree celsius", "degrees c"]) words.set(name, celsius);
  for (const name of ["°F", "° F", "F"]) symbols.set(name, fahrenheit);
  for (const name of ["fahrenheit", "degrees fahrenheit", "degree fahrenheit", "degrees f"])
    words.set(name, fahrenheit);
  symbols.set("K", kelvin);
  for (const name of ["kelvin", "kelvins"]) words.set(name, kelvin);
  return { symbols, words };
}

const { symbols: SYMBOLS, words: WORDS } = readTable();

/**
 * The unit of that name: symbols by case (`m`, `MB`), words in any case. Null where it is not in the table.
 *
 * The table has shares (% is 1/100, so 50 % is 0.5), lengths, masses, times (months and years apart from days), areas, volumes
 * (US gallons), speeds, bytes, energies, powers, frequencies, pressures, angles in degrees, and temperatures as points on the
 * scale, not differences.
 */
export function unitOf(name: string): Unit | null {
  return SYMBOLS.get(name) ?? WORDS.get(name.toLowerCase()) ?? null;
}

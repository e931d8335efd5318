"""Units of measure and currencies: what is written, what it becomes, and by what factor."""

from __future__ import annotations

SCALES = {
    "thousand": 1e3,
    "million": 1e6,
    "mn": 1e6,
    "billion": 1e9,
    "bn": 1e9,
    "trillion": 1e12,
}

CURRENCIES = {
    "$": "USD", "US$": "USD", "A$": "AUD", "C$": "CAD", "NZ$": "NZD", "HK$": "HKD", "€": "EUR",
    "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "₽": "RUB", "USD": "USD", "EUR": "EUR",
    "GBP": "GBP", "JPY": "JPY", "CHF": "CHF",
}  # fmt: skip

CURRENCY_WORDS = {
    "us dollars": "USD", "dollars": "USD", "dollar": "USD", "euros": "EUR", "euro": "EUR",
    "pounds sterling": "GBP", "yen": "JPY", "rupees": "INR", "francs": "CHF", "rubles": "RUB",
}  # fmt: skip

_SPOKEN: dict[str, tuple[tuple[str, ...], float]] = {
    # unit of the result: written forms and factor
    "m|1": (("m", "metre", "metres", "meter", "meters"), 1.0),
    "m|2": (("km", "kilometre", "kilometres", "kilometer", "kilometers"), 1000.0),
    "m|3": (("cm", "centimetre", "centimetres", "centimeter", "centimeters"), 0.01),
    "m|4": (("mm", "millimetre", "millimetres", "millimeter", "millimeters"), 0.001),
    "m|5": (("mi", "mile", "miles"), 1609.344),
    "m|6": (("ft", "foot", "feet"), 0.3048),
    "m|7": (("inch", "inches"), 0.0254),
    "m|8": (("yd", "yard", "yards"), 0.9144),
    "m|9": (("nautical mile", "nautical miles", "nmi"), 1852.0),
    "m²|1": (("m²", "m2", "square metres", "square meters", "sq m"), 1.0),
    "m²|2": (("km²", "km2", "square kilometres", "square kilometers", "sq km"), 1e6),
    "m²|3": (("sq mi", "square mile", "square miles", "mi²"), 2589988.110336),
    "m²|4": (("acre", "acres"), 4046.8564224),
    "m²|5": (("ha", "hectare", "hectares"), 1e4),
    "m²|6": (("sq ft", "square foot", "square feet"), 0.09290304),
    "kg|1": (("kg", "kilogram", "kilograms"), 1.0),
    "kg|2": (("gram", "grams"), 0.001),
    "kg|3": (("lb", "lbs"), 0.45359237),
    "kg|4": (("tonne", "tonnes", "metric tons"), 1000.0),
    "m/s|1": (("km/h", "kph", "kilometres per hour", "kilometers per hour"), 1 / 3.6),
    "m/s|2": (("mph", "miles per hour"), 0.44704),
    "m/s|3": (("m/s", "metres per second", "meters per second"), 1.0),
    "l|1": (("litre", "litres", "liter", "liters"), 1.0),
    "W|1": (("watt", "watts"), 1.0),
    "W|2": (("kW", "kilowatt", "kilowatts"), 1e3),
    "W|3": (("MW", "megawatt", "megawatts"), 1e6),
    "W|4": (("GW", "gigawatt", "gigawatts"), 1e9),
    "W|5": (("hp", "horsepower"), 745.699872),
    "Hz|1": (("Hz", "hertz"), 1.0),
    "Hz|2": (("kHz",), 1e3),
    "Hz|3": (("MHz",), 1e6),
    "Hz|4": (("GHz",), 1e9),
    "B|1": (("kB", "KB"), 1e3),
    "B|2": (("MB", "megabytes"), 1e6),
    "B|3": (("GB", "gigabytes"), 1e9),
    "B|4": (("TB", "terabytes"), 1e12),
    "s|1": (("second", "seconds"), 1.0),
    "s|2": (("ms", "milliseconds"), 0.001),
    "s|3": (("minute", "minutes", "min"), 60.0),
    "s|4": (("hour", "hours"), 3600.0),
    "s|5": (("day", "days"), 86400.0),
    "s|6": (("week", "weeks"), 604800.0),
    "month|1": (("month", "months"), 1.0),
    "month|2": (("year", "years"), 12.0),
    "K|1": (("kelvin", "kelvins"), 1.0),
}

UNITS: dict[str, tuple[str, float, float]] = {
    written: (key.partition("|")[0], factor, 0.0)
    for key, (forms, factor) in _SPOKEN.items()
    for written in forms
} | {
    "°C": ("K", 1.0, 273.15),
    "degrees Celsius": ("K", 1.0, 273.15),
    "°F": ("K", 5 / 9, 459.67 * 5 / 9),
}
"""What is written, to the unit of the value, the factor and what is added."""

using System.Globalization;

namespace DriveKD.Runs.Recipes;

/// <summary>One item of <c>train.rate_factors</c>: the parameters whose names match a pattern learn at a multiple of the rate.</summary>
/// <param name="Pattern">A parameter's name; <c>*</c> stands for any text, <c>?</c> for one character.</param>
/// <param name="Factor">At least 0.</param>
public sealed record RateFactor(string Pattern, double Factor)
{
    /// <summary>Reads <c>PATTERN=FACTOR</c>.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="factor">The item, where it can be read.</param>
    /// <param name="problem">What is wrong, or null.</param>
    public static bool TryParse(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out RateFactor? factor, out string? problem)
    {
        factor = null;
        int equals = text.LastIndexOf('=');
        string pattern = equals < 0 ? "" : text[..equals].Trim();
        if (pattern.Length == 0 || pattern.Any(char.IsWhiteSpace))
        {
            problem = $"'{text}' is not of the form PATTERN=FACTOR, for example *.embed_tokens.weight=0.1";
        }
        else if (!double.TryParse(text[(equals + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value) || value < 0)
        {
            problem = $"'{text}': the factor '{text[(equals + 1)..]}' is no number at least 0";
        }
        else
        {
            problem = null;
            factor = new RateFactor(pattern, value);
        }

        return factor is not null;
    }

    /// <summary>Whether a parameter's name matches.</summary>
    /// <param name="name">The whole name; letter case counts.</param>
    public bool Matches(string name) => Distance(name) == 0;

    /// <summary>How many characters of the pattern have to be changed, added or taken away for a name to match.</summary>
    /// <param name="name">The whole name.</param>
    public int Distance(string name)
    {
        // row[j]: the distance of the pattern read so far from the first j characters of the name.
        int[] row = [.. Enumerable.Range(0, name.Length + 1)];
        foreach (char sign in Pattern)
        {
            int diagonal = row[0];
            row[0] += sign == '*' ? 0 : 1;
            for (int j = 1; j <= name.Length; j++)
            {
                int above = row[j];
                row[j] = sign == '*'
                    ? Math.Min(above, row[j - 1])
                    : Math.Min(diagonal + (sign == '?' || sign == name[j - 1] ? 0 : 1), Math.Min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }

        return row[name.Length];
    }
}

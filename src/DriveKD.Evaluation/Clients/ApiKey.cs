using DriveKD.Data.Errors;

namespace DriveKD.Evaluation.Clients;

/// <summary>A secret. It is handed to the request alone; whatever else is made of it reads <c>[key]</c>.</summary>
internal sealed class ApiKey
{
    /// <summary>What stands where the key stood.</summary>
    public const string Mask = "[key]";

    // What servers of one's own take for a key ("EMPTY", "none", "x") is no secret, and would be found in ordinary words.
    private const int ShortestSecret = 8;

    private readonly string _value;

    private ApiKey(string value) => _value = value;

    /// <summary>Reads a key from the environment.</summary>
    /// <param name="variable">The variable's name.</param>
    /// <param name="environment">Looks a variable up.</param>
    /// <returns>The key; null where the variable is absent or blank.</returns>
    /// <exception cref="InputException">It holds what no header can carry.</exception>
    public static ApiKey? Read(string variable, Func<string, string?> environment)
    {
        string? value = environment(variable)?.Trim();
        if (string.IsNullOrEmpty(value))
        {
            return null;
        }

        return value.All(character => character is > ' ' and < '\u007F')
            ? new ApiKey(value)
            : throw new InputException(variable, "holds blanks, line breaks or other characters that no key has; set the variable to the key alone.");
    }

    /// <summary>The secret itself, for the header of a request.</summary>
    public string Reveal() => _value;

    /// <summary>A text without the secret: servers repeat keys in their complaints.</summary>
    public string Scrub(string text) => _value.Length < ShortestSecret ? text : text.Replace(_value, Mask, StringComparison.Ordinal);

    /// <inheritdoc />
    public override string ToString() => Mask;
}

using System.Text;

namespace DriveKD.Data.Samples.Json;

/// <summary>Writes JSON paths: <c>$.scene.key_frames['odd key'][3]</c>.</summary>
internal static class JsonPath
{
    public const string Root = "$";

    private const int LongestName = 80;

    public static string Property(string path, string name)
    {
        if (name.Length is > 0 and <= LongestName && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
        {
            return $"{path}.{name}";
        }

        StringBuilder quoted = new();
        foreach (char c in name.Length <= LongestName ? name : name[..LongestName])
        {
            _ = c switch
            {
                '\'' or '\\' => quoted.Append('\\').Append(c),
                _ when char.IsControl(c) || char.IsSurrogate(c) => quoted.Append($"\\u{(int)c:x4}"),
                _ => quoted.Append(c),
            };
        }

        return $"{path}['{quoted}{(name.Length <= LongestName ? "" : "...")}']";
    }

    public static string Item(string path, int index) => $"{path}[{index}]";
}

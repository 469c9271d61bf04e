using System.Text;

namespace DriveKD.Runs.Recipes.Reading;

/// <summary>Reads a recipe file's text.</summary>
internal static class RecipeFile
{
    /// <summary>A recipe is a page of text; a larger file is something else.</summary>
    private const long LargestBytes = 1 << 20;

    /// <summary>Reads the text.</summary>
    /// <param name="file">The file.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <returns>The text, or null where it cannot be read.</returns>
    public static string? Read(string file, RecipeProblems problems)
    {
        string? problem = null;
        try
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            byte[] bytes = new byte[LargestBytes + 1];
            int count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (count <= LargestBytes)
            {
                return Decode(bytes.AsSpan(0, count), problems);
            }

            problem = $"larger than {LargestBytes >> 10} KiB: not a recipe";
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            problem = $"there is no such recipe{NearFile(file)}";
        }
        catch (UnauthorizedAccessException) when (Directory.Exists(file))
        {
            problem = "is a folder, expected a recipe file (*.yaml)";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problem = $"could not be read: {exception.Message}";
        }

        problems.Add(RecipeOrigin.File, "", problem);
        return null;
    }

    private static string? Decode(ReadOnlySpan<byte> bytes, RecipeProblems problems)
    {
        if (bytes.StartsWith(Encoding.UTF8.Preamble))
        {
            bytes = bytes[Encoding.UTF8.Preamble.Length..];
        }

        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException exception)
        {
            int line = 1 + bytes[..Math.Clamp(exception.Index, 0, bytes.Length)].Count((byte)'\n');
            problems.Add(new RecipeOrigin(line), "", "not UTF-8 text; save the recipe as UTF-8");
            return null;
        }
    }

    private static string NearFile(string file)
    {
        string? folder = Path.GetDirectoryName(Path.GetFullPath(file));
        if (!Directory.Exists(folder))
        {
            return "";
        }

        EnumerationOptions options = new() { IgnoreInaccessible = true };
        IEnumerable<string> recipes = Directory.EnumerateFiles(folder, "*.y*ml", options).Take(2000).Select(Path.GetFileName).OfType<string>();
        return ValueReader.NearName(Path.GetFileName(file), recipes);
    }
}

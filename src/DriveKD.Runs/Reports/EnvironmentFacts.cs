using System.Text.Json;
using DriveKD.Data.Errors;

namespace DriveKD.Runs.Reports;

/// <summary>What a report says of <c>environment.json</c>; what the file of another version lacks is null.</summary>
/// <param name="Version">The program's version.</param>
/// <param name="Commit">The commit it was built from.</param>
/// <param name="Device">The device that computed.</param>
/// <param name="Processor">The processor's name.</param>
/// <param name="OperatingSystem">The operating system.</param>
internal sealed record EnvironmentFacts(string? Version, string? Commit, string? Device, string? Processor, string? OperatingSystem)
{
    /// <summary>Reads the file; without it nothing is known.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="InputException">The file is damaged or cannot be read.</exception>
    public static EnvironmentFacts Read(string file)
    {
        if (!File.Exists(file))
        {
            return new EnvironmentFacts(null, null, null, null, null);
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file));
            string? Text(string key) =>
                document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String
                    ? value.GetString()
                    : null;
            return new EnvironmentFacts(Text("version"), Text("commit"), Text("device"), Text("processor"), Text("operating_system"));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new InputException(file, $"is damaged: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(file, $"could not be read: {exception.Message}", exception);
        }
    }
}

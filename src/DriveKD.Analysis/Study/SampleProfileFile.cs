using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using DriveKD.Data.Errors;
using DriveKD.Runs.Folders;

namespace DriveKD.Analysis.Study;

/// <summary>A <see cref="SampleProfile"/> on disk: JSON, its vectors as little-endian float32 in base64, every number whole.</summary>
public static class SampleProfileFile
{
    private static readonly JsonSerializerOptions _options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false), new VectorConverter() },
    };

    /// <summary>Writes a profile, whole or not at all.</summary>
    /// <param name="file">The file; one that is there is replaced.</param>
    /// <param name="profile">The profile.</param>
    /// <exception cref="InputException">The place cannot be written.</exception>
    public static void Write(string file, SampleProfile profile) => AtomicFile.WriteText(file, JsonSerializer.Serialize(profile, _options));

    /// <summary>Reads a profile.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="InputException">It is missing or damaged.</exception>
    public static SampleProfile Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<SampleProfile>(File.ReadAllBytes(file), _options)
                ?? throw new InputException(file, "holds null; expected a sample's profile. Delete the file: the sample is then measured again.");
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            throw new InputException(file, $"is damaged: {exception.Message} Delete the file: the sample is then measured again.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(file, $"could not be read: {exception.Message}", exception);
        }
    }

    private sealed class VectorConverter : JsonConverter<float[]>
    {
        public override float[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            byte[] bytes = reader.GetBytesFromBase64();
            return bytes.Length % sizeof(float) == 0
                ? MemoryMarshal.Cast<byte, float>(bytes).ToArray()
                : throw new JsonException($"a vector of {bytes.Length} bytes; whole numbers of 4 bytes are expected.");
        }

        public override void Write(Utf8JsonWriter writer, float[] value, JsonSerializerOptions options) =>
            writer.WriteBase64StringValue(MemoryMarshal.AsBytes<float>(value));
    }
}

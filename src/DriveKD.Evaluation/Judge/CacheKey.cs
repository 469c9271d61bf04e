using System.Security.Cryptography;
using System.Text.Json;

namespace DriveKD.Evaluation.Judge;

/// <summary>What a reply depends on, as one digest.</summary>
internal static class CacheKey
{
    private const int Version = 1;

    /// <summary>SHA-256, in hexadecimal, of everything that the reply depends on.</summary>
    /// <param name="judge">Who is asked, and how.</param>
    /// <param name="message">The whole message.</param>
    /// <param name="repeat">0 for the judgement itself; others measure how far the judge agrees with itself.</param>
    public static string Of(JudgeIdentity judge, string message, int repeat)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(Version);
            writer.WriteStringValue(judge.Endpoint);
            writer.WriteStringValue(judge.Model);
            if (judge.Temperature is double temperature)
            {
                writer.WriteNumberValue(temperature);
            }
            else
            {
                writer.WriteNullValue();
            }

            writer.WriteNumberValue(judge.MaxTokens);
            writer.WriteNumberValue(repeat);
            // Half a surrogate pair has no UTF-8 form and would meet its like in the replacement character.
            writer.WriteStringValue(Convert.ToBase64String(System.Runtime.InteropServices.MemoryMarshal.AsBytes(message.AsSpan())));
            writer.WriteEndArray();
        }

        return Convert.ToHexStringLower(SHA256.HashData(stream.ToArray()));
    }
}

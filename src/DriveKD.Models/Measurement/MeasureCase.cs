using System.Globalization;

namespace DriveKD.Models.Measurement;

/// <summary>What is asked: how many pictures, and how much text.</summary>
/// <param name="Pictures">Pictures, each one square; 0 for text alone.</param>
/// <param name="TextTokens">Tokens of the prompt, those of the pictures not counted.</param>
public sealed record MeasureCase(int Pictures, int TextTokens)
{
    /// <inheritdoc />
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Pictures} {(Pictures == 1 ? "picture" : "pictures")}, {TextTokens} text tokens");
}

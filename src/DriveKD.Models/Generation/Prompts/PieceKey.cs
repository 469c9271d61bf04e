using System.Globalization;
using System.Security.Cryptography;
using DriveKD.Data.Imaging;

namespace DriveKD.Models.Generation.Prompts;

/// <summary>What a piece of a picture is known by while a program runs.</summary>
/// <param name="Key">Equal keys, equal pixels.</param>
/// <param name="Tokens">Its image tokens.</param>
internal readonly record struct PieceKey(string Key, int Tokens)
{
    /// <summary>A key for every piece.</summary>
    /// <param name="processor">What cut them.</param>
    /// <param name="pieces">The pieces.</param>
    public static IReadOnlyList<PieceKey> Of(PictureProcessor processor, IReadOnlyList<RgbImage> pieces) =>
        [.. pieces.Select(piece => new PieceKey(
            string.Create(CultureInfo.InvariantCulture, $"{piece.Width}x{piece.Height} {Convert.ToHexString(SHA256.HashData(piece.Pixels))}"),
            processor.TokensOf(piece.Width, piece.Height)))];
}

using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;

namespace DriveKD.Models.Generation;

/// <summary>A picture that a question is about.</summary>
/// <param name="Name">What to call it in messages and figures: its path, as a rule.</param>
/// <param name="Image">The pixels as decoded, before any resize.</param>
public sealed record QuestionPicture(string Name, RgbImage Image)
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">JPEG, PNG, WebP or BMP.</param>
    /// <exception cref="InputException">The file is missing, no picture, empty, too large, truncated or corrupt.</exception>
    public static QuestionPicture Read(string path) => new(path, ImageDecoder.Decode(path));

    /// <summary>Decodes a picture held in memory.</summary>
    /// <param name="bytes">The encoded file.</param>
    /// <param name="name">What to call it.</param>
    /// <exception cref="InputException">The bytes are no picture, empty, too large, truncated or corrupt.</exception>
    public static QuestionPicture Decode(byte[] bytes, string name) => new(name, ImageDecoder.Decode(bytes, name));
}

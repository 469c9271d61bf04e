using DriveKD.Data.Imaging;

namespace DriveKD.Data.Samples;

/// <summary>One picture of a sample.</summary>
/// <param name="RecordedPath">The path as the record file holds it, or what names a picture in memory.</param>
/// <param name="FullPath">
/// The absolute path of the file, which lies under the image root and is not empty; null where the records were read without an
/// image root, and for a picture in memory.
/// </param>
/// <param name="Camera">The camera's name (CAM_FRONT, ...) where the record or the path tells it.</param>
public sealed record SampleImage(string RecordedPath, string? FullPath, string? Camera)
{
    /// <summary>
    /// Makes the picture where it lies in no file; null where it does. It gives equal pixels at every call and may be called by several
    /// threads at once. Of pictures in memory that have one <see cref="RecordedPath"/> all are the same picture.
    /// </summary>
    public Func<RgbImage>? Draw { get; init; }

    /// <summary>What the picture is known by while a program runs: the file's path, or the name of a picture in memory.</summary>
    public string Key => Draw is null ? FullPath ?? RecordedPath : "memory:" + RecordedPath;

    /// <summary>A picture in memory.</summary>
    /// <param name="name">Names it among all pictures that are used together.</param>
    /// <param name="draw">Makes it; see <see cref="Draw"/>.</param>
    /// <param name="camera">The camera's name, where there is one.</param>
    public static SampleImage InMemory(string name, Func<RgbImage> draw, string? camera = null) => new(name, null, camera) { Draw = draw };

    /// <summary>The picture.</summary>
    /// <exception cref="Errors.InputException">The file is missing or cannot be decoded.</exception>
    /// <exception cref="InvalidOperationException">The records were read without an image root.</exception>
    public RgbImage Read() =>
        Draw is not null ? Draw() : ImageDecoder.Decode(FullPath ?? throw new InvalidOperationException($"{RecordedPath} was read without an image root."));

    /// <summary>The picture's size. Of a file only the beginning is read.</summary>
    /// <exception cref="Errors.InputException">The file is missing or no picture.</exception>
    /// <exception cref="InvalidOperationException">The records were read without an image root.</exception>
    public (int Width, int Height) ReadSize()
    {
        if (Draw is null)
        {
            return ImageDecoder.ReadSize(FullPath ?? throw new InvalidOperationException($"{RecordedPath} was read without an image root."));
        }

        RgbImage drawn = Draw();
        return (drawn.Width, drawn.Height);
    }
}

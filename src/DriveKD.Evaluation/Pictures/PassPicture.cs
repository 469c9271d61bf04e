using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;

namespace DriveKD.Evaluation.Pictures;

/// <summary>A picture as a pass shows it. Decoding, corrupting and encoding happen once, when they are first needed, on the asking thread.</summary>
public sealed class PassPicture
{
    private const int JpegQuality = 95;

    private readonly string? _file;
    private readonly Lazy<RgbImage> _image;
    private readonly Lazy<(byte[] Bytes, string MediaType)> _encoded;

    /// <param name="key">Equal for equal contents of one pass.</param>
    /// <param name="name">What to call it in messages and figures: its path.</param>
    /// <param name="file">The file, where the picture is its content as it stands; else null.</param>
    /// <param name="image">Makes the pixels.</param>
    internal PassPicture(string key, string name, string? file, Func<RgbImage> image)
    {
        (Key, Name, _file) = (key, name, file);
        _image = new Lazy<RgbImage>(image, LazyThreadSafetyMode.ExecutionAndPublication);
        _encoded = new Lazy<(byte[], string)>(Encode, LazyThreadSafetyMode.ExecutionAndPublication);
    }

    /// <summary>Equal for equal contents of one pass.</summary>
    public string Key { get; }

    /// <summary>What to call it.</summary>
    public string Name { get; }

    /// <summary>The pixels.</summary>
    /// <exception cref="InputException">The file is missing or no picture, or ffmpeg failed.</exception>
    public RgbImage Image => _image.Value;

    /// <summary>
    /// The picture as a file's bytes, with their media type: the file itself where nothing was done to it and servers know its format; else
    /// JPEG of quality 95 if it was JPEG, and PNG.
    /// </summary>
    /// <exception cref="InputException">The file is missing or no picture, or ffmpeg failed.</exception>
    public (byte[] Bytes, string MediaType) Encoded => _encoded.Value;

    private (byte[] Bytes, string MediaType) Encode()
    {
        if (_file is not null)
        {
            byte[] bytes = ReadFile(_file);
            switch (ImageHeader.Read(bytes, _file).Format)
            {
                case ImageFormat.Jpeg:
                    return (bytes, "image/jpeg");
                case ImageFormat.Png:
                    return (bytes, "image/png");
                case ImageFormat.WebP:
                    return (bytes, "image/webp");
                default:
                    break;
            }
        }

        bool isJpeg = Path.GetExtension(Name).ToUpperInvariant() is ".JPG" or ".JPEG";
        return isJpeg ? (JpegEncoder.Encode(Image, JpegQuality), "image/jpeg") : (PngEncoder.Encode(Image), "image/png");
    }

    private static byte[] ReadFile(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(file, $"the picture cannot be read: {exception.Message}", exception);
        }
    }
}

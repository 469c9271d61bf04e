namespace DriveKD.Data.Imaging;

/// <summary>
/// A picture as rows of patch values in Qwen2-VL's order. Rows: squares of <c>MergeSize</c> x <c>MergeSize</c> patches from left to
/// right and top to bottom, inside a square its patches likewise. Within a row: channel, frame, y, x, the last fastest.
/// </summary>
public sealed class Qwen25VLPatches
{
    private Qwen25VLPatches(int gridHeight, int gridWidth, int rowLength, float[] values)
    {
        (GridHeight, GridWidth, RowLength, Values) = (gridHeight, gridWidth, rowLength, values);
    }

    /// <summary>Patches from top to bottom, before merging; the grid's temporal length is 1.</summary>
    public int GridHeight { get; }

    /// <summary>Patches from left to right, before merging.</summary>
    public int GridWidth { get; }

    /// <summary>Values per patch: 3 * frames * patch size squared.</summary>
    public int RowLength { get; }

    /// <summary>[GridHeight * GridWidth, RowLength], normalised.</summary>
    public float[] Values { get; }

    /// <summary>Resizes and cuts a picture.</summary>
    /// <param name="image">Any picture.</param>
    /// <param name="options">The preprocessor's settings.</param>
    /// <param name="name">The picture's name, for messages.</param>
    /// <exception cref="Errors.InputException">The picture is too long for its width.</exception>
    public static Qwen25VLPatches Create(RgbImage image, Qwen25VLImageOptions options, string name = "picture") => Cut(Resize(image, options, name), options);

    /// <summary>The first half of <see cref="Create"/>: the size that the model sees.</summary>
    /// <param name="image">Any picture.</param>
    /// <param name="options">The preprocessor's settings.</param>
    /// <param name="name">The picture's name, for messages.</param>
    /// <exception cref="Errors.InputException">The picture is too long for its width.</exception>
    public static RgbImage Resize(RgbImage image, Qwen25VLImageOptions options, string name = "picture")
    {
        int factor = options.PatchSize * options.MergeSize;
        (int width, int height) = SmartResize.Choose(image.Width, image.Height, factor, options.MinPixels, options.MaxPixels, name);
        return BicubicResizer.Resize(image, width, height);
    }

    /// <summary>The second half of <see cref="Create"/>.</summary>
    /// <param name="resized">A picture whose sides are multiples of patch size times merge size.</param>
    /// <param name="options">The preprocessor's settings.</param>
    public static Qwen25VLPatches Cut(RgbImage resized, Qwen25VLImageOptions options)
    {
        int patch = options.PatchSize;
        int merge = options.MergeSize;
        ArgumentOutOfRangeException.ThrowIfNotEqual(resized.Width % (patch * merge), 0, nameof(resized));
        ArgumentOutOfRangeException.ThrowIfNotEqual(resized.Height % (patch * merge), 0, nameof(resized));
        int gridWidth = resized.Width / patch;
        int gridHeight = resized.Height / patch;
        int frameLength = patch * patch;
        int channelLength = options.TemporalPatchSize * frameLength;
        int rowLength = 3 * channelLength;
        float[] values = new float[checked(gridHeight * gridWidth * rowLength)];

        int row = 0;
        for (int squareY = 0; squareY < gridHeight; squareY += merge)
        {
            for (int squareX = 0; squareX < gridWidth; squareX += merge)
            {
                for (int inSquare = 0; inSquare < merge * merge; inSquare++, row++)
                {
                    int top = (squareY + (inSquare / merge)) * patch;
                    int left = (squareX + (inSquare % merge)) * patch;
                    WritePatch(resized, left, top, options, values.AsSpan(row * rowLength, rowLength));
                }
            }
        }

        return new Qwen25VLPatches(gridHeight, gridWidth, rowLength, values);
    }

    private static void WritePatch(RgbImage image, int left, int top, Qwen25VLImageOptions options, Span<float> row)
    {
        int patch = options.PatchSize;
        int frameLength = patch * patch;
        int channelLength = options.TemporalPatchSize * frameLength;
        for (int y = 0; y < patch; y++)
        {
            ReadOnlySpan<byte> pixels = image.Pixels.AsSpan(3 * (((top + y) * image.Width) + left), 3 * patch);
            int at = y * patch;
            options.Normalization.Write(pixels, row.Slice(at, patch), row.Slice(channelLength + at, patch), row.Slice((2 * channelLength) + at, patch));
        }

        for (int channel = 0; channel < 3; channel++)
        {
            Span<float> frames = row.Slice(channel * channelLength, channelLength);
            for (int frame = 1; frame < options.TemporalPatchSize; frame++)
            {
                frames[..frameLength].CopyTo(frames[(frame * frameLength)..]);
            }
        }
    }
}

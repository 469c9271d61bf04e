using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.InternVL;
using static TorchSharp.torch;

namespace DriveKD.Models.Verification.InternVL;

/// <summary>Compares pixels: the pictures decoded and resized anew, then the normalisation of the recorded pixels.</summary>
internal static class PixelStage
{
    /// <summary>Runs both comparisons.</summary>
    /// <returns>Normalised pixels float32 [N, 3, height, width] made of the recorded bytes, caught by the caller's scope; null where the case has none.</returns>
    /// <exception cref="InputException">The recorded pixels have an impossible shape.</exception>
    public static Tensor? Run(GoldenSubject subject, GoldenCase golden, StageTable stages)
    {
        if (golden.ReadFirst(4, "pixels_u8") is not Tensor recorded_NHW3)
        {
            Tensor? given = golden.ReadFirst(4, "pixel_values");
            RequireUsable(subject, golden, given?.shape);
            return given;
        }

        int[] size = [.. recorded_NHW3.shape.Select(side => checked((int)side))];
        if (size[3] != 3 || recorded_NHW3.dtype != ScalarType.Byte)
        {
            throw new InputException($"{golden.Path}.safetensors, tensor pixels_u8", $"is {recorded_NHW3.dtype} {TensorShape.Format(recorded_NHW3.shape)}; bytes [pictures, height, width, 3] are expected.");
        }

        RequireUsable(subject, golden, [size[0], 3, size[1], size[2]]);
        byte[] recorded = TensorValues.Bytes(recorded_NHW3);
        ComparePictures(subject, golden, stages[ModelStages.Pixels], recorded, size);

        float[] values = Normalise(recorded, size);
        Tensor pixels_N3HW = tensor(values, [size[0], 3, size[1], size[2]]);
        if (golden.Has("pixel_values"))
        {
            stages[ModelStages.PixelValues].Near("pixel_values", golden.Read("pixel_values"), pixels_N3HW);
        }

        return pixels_N3HW;
    }

    private static void RequireUsable(GoldenSubject subject, GoldenCase golden, long[]? shape_N3HW)
    {
        InternVLConfig config = subject.Config;
        long unit = config.Vision.PatchSize * config.PatchesPerTokenSide;
        if (shape_N3HW is not null && (shape_N3HW[1] != 3 || shape_N3HW[2] % unit != 0 || shape_N3HW[3] % unit != 0))
        {
            throw new InputException(
                golden.Path + ".safetensors", $"the pixels are {TensorShape.Format(shape_N3HW)} as [pictures, channels, height, width]; 3 channels and sides that are multiples of {unit} are expected.");
        }
    }

    private static void ComparePictures(GoldenSubject subject, GoldenCase golden, StageTally tally, byte[] recorded, int[] size)
    {
        IReadOnlyList<string>? names = golden.Facts.Texts("images") ?? golden.Facts.Texts("images_in_order");
        IReadOnlyList<int>? counts = golden.Facts.Integers("tiles_per_image") ?? (names?.Count == size[0] ? [.. names.Select(_ => 1)] : null);
        if (names is null)
        {
            tally.Skip("pixels_u8 (the case names no pictures)");
            return;
        }

        if (counts is not null && (counts.Count != names.Count || counts.Sum(count => (long)count) != size[0]))
        {
            tally.Fail($"{names.Count} pictures of {string.Join(" + ", counts)} tiles are named, pixels_u8 holds {size[0]}");
            return;
        }

        InternVLConfig config = subject.Config;
        List<RgbImage> tiles = [];
        for (int i = 0; i < names.Count; i++)
        {
            if (subject.Pictures.Find(names[i]) is not string file)
            {
                string missing = $"{names[i]} is not in {subject.Pictures.Description}";
                if (subject.Pictures.IsNamedByUser)
                {
                    tally.Fail(missing);
                }
                else
                {
                    tally.Skip(missing);
                }

                return;
            }

            tiles.AddRange(PictureSource.Cut(file, size[2], size[1], counts?[i], config.MinTiles, config.MaxTiles, config.UsesThumbnail));
        }

        if (tiles.Count != size[0])
        {
            tally.Fail($"the pictures are cut into {tiles.Count} tiles, pixels_u8 holds {size[0]}");
            return;
        }

        Compare(tally, recorded, tiles, size);
    }

    private static void Compare(StageTally tally, byte[] recorded, List<RgbImage> tiles, int[] size)
    {
        int bytes = 3 * size[1] * size[2];
        for (int i = 0; i < tiles.Count; i++)
        {
            float[] expected = [.. recorded.AsSpan(i * bytes, bytes).ToArray().Select(value => (float)value)];
            float[] actual = [.. tiles[i].Pixels.Select(value => (float)value)];
            tally.Near($"pixels_u8, tile {i}", expected, actual);
            double mean = expected.Zip(actual, (a, b) => Math.Abs(a - b)).Average();
            if (!(mean <= ModelTolerances.PixelMean))
            {
                tally.Fail($"pixels_u8, tile {i}: differs by {mean:0.###} grey levels on average, at most {ModelTolerances.PixelMean} is expected: another resampling");
            }
        }
    }

    private static float[] Normalise(byte[] recorded, int[] size)
    {
        int bytes = 3 * size[1] * size[2];
        float[] values = new float[recorded.Length];
        for (int i = 0; i < size[0]; i++)
        {
            RgbImage tile = new(size[2], size[1], recorded.AsSpan(i * bytes, bytes).ToArray());
            PixelNormalization.ImageNet.Write(tile, values.AsSpan(i * bytes, bytes));
        }

        return values;
    }
}

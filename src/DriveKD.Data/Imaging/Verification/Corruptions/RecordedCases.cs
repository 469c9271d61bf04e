using DriveKD.Data.Errors;
using DriveKD.Data.Imaging.Corruptions;
using DriveKD.Data.Verification;

namespace DriveKD.Data.Imaging.Verification.Corruptions;

/// <summary>The files of cases.json: faults without randomness, and random ones whose draws are recorded.</summary>
internal static class RecordedCases
{
    // Recorded with seven digits.
    private const double FigureTolerance = 1e-5;

    // Of the covered pixels; the reference draws a polygon of 72 corners.
    private const double EllipseTolerance = .05;

    public static IEnumerable<GoldenCheck> Run(GoldenFolder folder, CaseTable table, GoldenTensors tensors)
    {
        foreach (CaseTable.Row row in table.Deterministic.Concat(table.FixedNoise))
        {
            string name = Path.GetFileNameWithoutExtension(row.File);
            CorruptionKind? kind = CorruptionCatalog.TryFind(row.Corruption, out CorruptionInfo? info) ? info!.Kind : null;
            PixelBound bound = kind is CorruptionKind known ? PixelBound.Of(known) : new PixelBound(0, 0);
            RgbImage? corrupted = null;
            yield return Comparison.Run(name, "pixels", bound.Worst, comparison =>
            {
                corrupted = Corrupt(folder, tensors, row, kind);
                bound.Compare(comparison, corrupted, folder.Decode(row.File));
            });
            if (row.Stats is { } stats)
            {
                yield return Comparison.Run(name, "figures", FigureTolerance, comparison => CompareFigures(comparison, stats, corrupted, folder, row));
            }

            if (row.Mask is string mask && kind is (CorruptionKind.Rain or CorruptionKind.LensObstacle))
            {
                yield return Comparison.Run(name, "mask", kind == CorruptionKind.Rain ? 0 : EllipseTolerance, comparison => CompareMask(comparison, folder, row, mask));
            }
        }
    }

    private static RgbImage Corrupt(GoldenFolder folder, GoldenTensors tensors, CaseTable.Row row, CorruptionKind? kind)
    {
        RgbImage input = folder.Decode(row.Input);
        int values = input.Width * input.Height;
        return kind switch
        {
            CorruptionKind.Brightness => Brightness.Apply(input, Severity(row, 5)),
            CorruptionKind.Saturate => Saturate.Apply(input, Severity(row, 5)),
            CorruptionKind.ZoomBlur => ZoomBlur.Apply(input, Severity(row, 5)),
            CorruptionKind.ColorQuantization => ColorQuantization.Apply(input, Severity(row, 4)),
            CorruptionKind.MotionBlur => MotionBlur.Apply(input, Severity(row, 5), Required(row.AngleDegrees, row, "angle_degrees")),
            CorruptionKind.Snow => Snow.Apply(input, Severity(row, 5), Doubles(Draws<float>(tensors, "snow.standard_normal", values)), Required(row.AngleDegrees, row, "angle_degrees")),
            CorruptionKind.Fog => Fog.Apply(input, Severity(row, 5), Draws<float>(tensors, $"fog.map.severity{row.Severity}", values), input.Width),
            CorruptionKind.LowLight => OfPhotons(input, Index(row), tensors),
            CorruptionKind.Rain => Rain.Apply(input, Severity(row, 5), Mask(folder, row, values)),
            CorruptionKind.WaterSplash => WaterSplash.Apply(input, Severity(row, 5), Discs(row)),
            CorruptionKind.LensObstacle => LensObstacle.Apply(input, Severity(row, 5), Covered(Mask(folder, row, values))),
            _ => throw new InputException(CaseTable.FileName, $"'{row.Corruption}' is no corruption whose draws can be given."),
        };
    }

    private static void CompareFigures(Comparison comparison, IReadOnlyDictionary<string, double> stats, RgbImage? corrupted, GoldenFolder folder, CaseTable.Row row)
    {
        if (corrupted is null)
        {
            comparison.Fail("the picture could not be corrupted");
            return;
        }

        double[] figures = PictureFigures.Of(folder.Decode(row.File), folder.Decode(row.Input)).Values;
        for (int i = 0; i < figures.Length; i++)
        {
            if (stats.TryGetValue(PictureFigures.Names[i], out double expected))
            {
                comparison.Derived(PictureFigures.Names[i], -1, figures[i], expected, FigureTolerance * Math.Max(Math.Abs(expected), 1e-3));
            }
        }
    }

    private static void CompareMask(Comparison comparison, GoldenFolder folder, CaseTable.Row row, string file)
    {
        RgbImage expected = folder.Decode(file);
        byte[] levels = Levels(expected);
        if (row.Drops is { } drops)
        {
            (int X, int Y)[] places = [.. drops.Select(drop => (Item(drop, 0, 2), Item(drop, 1, 2)))];
            byte[] own = RainMask.Draw(expected.Width, expected.Height, places, Required(row.DropLength, row, "drop_length"));
            for (int i = 0; i < own.Length; i++)
            {
                comparison.Near("pixel", i, own[i], levels[i]);
            }
        }
        else if (row.Center is { } center && row.Axes is { } axes)
        {
            Ellipse ellipse = new(Item(center, 0, 2), Item(center, 1, 2), Item(axes, 0, 2), Item(axes, 1, 2), Required(row.Angle, row, "angle"));
            bool[] own = ellipse.Cover(expected.Width, expected.Height);
            bool[] recorded = Covered(levels);
            int differing = 0;
            int covered = 0;
            for (int i = 0; i < own.Length; i++)
            {
                differing += own[i] == recorded[i] ? 0 : 1;
                covered += recorded[i] ? 1 : 0;
            }

            comparison.Near("share of the covered pixels that differ", -1, (double)differing / Math.Max(covered, 1), 0);
            comparison.Remark = $"{differing} of {covered} pixels differ";
        }
    }

    private static RgbImage OfPhotons(RgbImage input, int index, GoldenTensors tensors)
    {
        int values = input.Pixels.Length;
        return LowLight.Apply(
            input.Width,
            input.Height,
            index,
            Draws<int>(tensors, $"lowlight.poisson_counts.index{index}", values),
            Draws<float>(tensors, $"lowlight.standard_normal.index{index}", values));
    }

    private static ReadOnlySpan<T> Draws<T>(GoldenTensors tensors, string name, int count)
        where T : unmanaged
    {
        ReadOnlySpan<T> draws = tensors.Values<T>(name);
        return draws.Length == count ? draws : throw new InputException(CaseTable.FileName, $"tensor {name} holds {draws.Length} numbers; the input needs {count}.");
    }

    private static double[] Doubles(ReadOnlySpan<float> numbers)
    {
        double[] wide = new double[numbers.Length];
        for (int i = 0; i < wide.Length; i++)
        {
            wide[i] = numbers[i];
        }

        return wide;
    }

    private static byte[] Mask(GoldenFolder folder, CaseTable.Row row, int pixels)
    {
        byte[] levels = Levels(folder.Decode(row.Mask ?? throw Missing(row, "mask")));
        return levels.Length == pixels ? levels : throw new InputException(row.Mask, "is not of the input's size.");
    }

    private static byte[] Levels(RgbImage grey)
    {
        byte[] levels = new byte[grey.Width * grey.Height];
        for (int i = 0; i < levels.Length; i++)
        {
            levels[i] = grey.Pixels[3 * i];
        }

        return levels;
    }

    private static bool[] Covered(byte[] levels) => Array.ConvertAll(levels, level => level != 0);

    private static Disc[] Discs(CaseTable.Row row) =>
        [.. (row.DiscsXYRadius ?? throw Missing(row, "discs_x_y_radius")).Select(disc => new Disc(Item(disc, 0, 3), Item(disc, 1, 3), Item(disc, 2, 3)))];

    private static int Item(IReadOnlyList<int> list, int index, int count) =>
        list.Count == count ? list[index] : throw new InputException(CaseTable.FileName, $"a list of {count} numbers was expected where one of {list.Count} stands.");

    private static int Severity(CaseTable.Row row, int highest) =>
        row.Severity is int severity && severity >= 1 && severity <= highest
            ? severity
            : throw new InputException(CaseTable.FileName, $"{row.File} has severity {row.Severity}; 1 to {highest} are possible.");

    private static int Index(CaseTable.Row row) =>
        (row.TableIndex ?? row.Severity) is int index and >= 0 and <= 4 ? index : throw Missing(row, "table_index");

    private static T Required<T>(T? value, CaseTable.Row row, string key)
        where T : struct => value ?? throw Missing(row, key);

    private static InputException Missing(CaseTable.Row row, string key) => new(CaseTable.FileName, $"{row.File} has no usable \"{key}\".");
}

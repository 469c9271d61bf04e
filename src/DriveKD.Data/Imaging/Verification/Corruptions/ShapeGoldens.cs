using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Data.Imaging.Corruptions;
using DriveKD.Data.Verification;

namespace DriveKD.Data.Imaging.Verification.Corruptions;

/// <summary>What faults are drawn from: discs, lines, the plasma cloud, the photons expected in low light.</summary>
internal static class ShapeGoldens
{
    private const double PlasmaTolerance = 1e-6;

    // Recorded in single precision, rates up to 600.
    private const double RateTolerance = 1e-4;

    private const string Draws = "fog.plasma32.draws";
    private const string Map = "fog.plasma32.map";
    private const string Rate = "lowlight.poisson_rate.index";

    public static IEnumerable<GoldenCheck> Run(GoldenFolder folder, CaseTable table, GoldenTensors tensors)
    {
        if (table.Shapes is { } shapes)
        {
            yield return Comparison.Run("shapes", "discs", 0, comparison =>
            {
                foreach ((string radius, IReadOnlyList<int> halves) in shapes.DiscHalfWidth)
                {
                    Disc disc = new(0, 0, Number(radius));
                    for (int distance = 0; distance < halves.Count; distance++)
                    {
                        comparison.Same($"radius {radius}, row {distance}", distance > disc.Radius ? -1 : disc.HalfWidth(distance), halves[distance]);
                    }
                }
            });
            if (shapes.RainLineFirstRowAtXMinus1 is { } lines)
            {
                yield return Comparison.Run("shapes", "rain lines", 0, comparison =>
                {
                    foreach ((string text, int first) in lines)
                    {
                        int length = Number(text);
                        comparison.Same($"length {length}", Enumerable.Range(0, length + 1).First(row => RainMask.Shift(row, length) == 1), first);
                    }
                });
            }
        }

        if (table.Plasma32 is { } plasma && tensors.Names.Contains(Draws))
        {
            yield return Comparison.Run("plasma", "map", PlasmaTolerance, comparison => ComparePlasma(comparison, plasma, tensors));
        }

        foreach (string name in tensors.Names.Where(name => name.StartsWith(Rate, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            yield return Comparison.Run("low light", name[(name.LastIndexOf('.') + 1)..] + " rate", RateTolerance, comparison => CompareRate(comparison, folder, table, tensors, name));
        }
    }

    private static void ComparePlasma(Comparison comparison, CaseTable.Plasma plasma, GoldenTensors tensors)
    {
        if (plasma.Size is < 2 or > 4096 || (plasma.Size & (plasma.Size - 1)) != 0)
        {
            throw new InputException(CaseTable.FileName, $"plasma32 has the size {plasma.Size}; a power of two up to 4096 is expected.");
        }

        double[] draws = tensors.Values<double>(Draws).ToArray();
        ReadOnlySpan<double> expected = tensors.Values<double>(Map);
        if (expected.Length != plasma.Size * plasma.Size || draws.Length != expected.Length - 1)
        {
            throw new InputException(CaseTable.FileName, $"{Draws} and {Map} do not fit the size {plasma.Size}.");
        }

        int next = 0;
        float[] map = PlasmaFractal.Create(plasma.Size, plasma.Decay, () => draws[next++]);
        for (int i = 0; i < map.Length; i++)
        {
            comparison.Near("value", i, map[i], expected[i]);
        }
    }

    private static void CompareRate(Comparison comparison, GoldenFolder folder, CaseTable table, GoldenTensors tensors, string name)
    {
        int index = Number(name[Rate.Length..]);
        CaseTable.Row row = table.FixedNoise.FirstOrDefault(row => row.TableIndex == index)
            ?? throw new InputException(CaseTable.FileName, $"no case has the table_index {index} of {name}.");
        RgbImage input = folder.Decode(row.Input);
        double[] rates = LowLight.Rates(input, Math.Clamp(index, 0, 4));
        ReadOnlySpan<float> expected = tensors.Values<float>(name);
        if (expected.Length != input.Pixels.Length)
        {
            throw new InputException(CaseTable.FileName, $"{name} holds {expected.Length} numbers for {input.Pixels.Length} values of {row.Input}.");
        }

        for (int i = 0; i < expected.Length; i++)
        {
            comparison.Near("value", i, rates[input.Pixels[i]], expected[i]);
        }
    }

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is >= 0 and <= 10_000
            ? number
            : throw new InputException(CaseTable.FileName, $"'{text}' stands where a number is expected.");
}

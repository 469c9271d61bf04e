using System.Text.Json;
using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Models.Families;

namespace DriveKD.Models.Qwen25VL;

/// <summary>Reads preprocessor_config.json of a Qwen2-VL image processor.</summary>
internal static class PreprocessorReader
{
    /// <summary>The file's name.</summary>
    public const string FileName = "preprocessor_config.json";

    /// <summary>Reads the file. Every problem is noted.</summary>
    /// <param name="folder">The model folder; where it has no such file the released settings are taken.</param>
    /// <param name="problems">Gets what is wrong.</param>
    public static Qwen25VLImageOptions Read(string folder, List<Problem> problems)
    {
        string file = Path.Combine(folder, FileName);
        if (!File.Exists(file))
        {
            return Qwen25VLImageOptions.Default;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file));
            JsonTexts.Check(document.RootElement);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return Read(new ConfigSection(file, string.Empty, document.RootElement, problems));
            }

            problems.Add(new Problem(file, "does not hold a JSON object."));
        }
        catch (JsonException exception)
        {
            problems.Add(new Problem(
                FormattableString.Invariant($"{file}, line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}"), $"is not valid JSON: {exception.Message}"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problems.Add(new Problem(file, $"could not be read: {exception.Message}"));
        }

        return Qwen25VLImageOptions.Default;
    }

    private static Qwen25VLImageOptions Read(ConfigSection section)
    {
        Qwen25VLImageOptions defaults = Qwen25VLImageOptions.Default;
        section.Expect("do_resize", "true");
        section.Expect("do_rescale", "true");
        section.Expect("do_normalize", "true");
        // 3 is Pillow's bicubic.
        section.Expect("resample", "3");
        // Newer transformers have the limits in size, under the names of edges that they are not.
        ConfigSection? size = section.Has("size") ? section.Section("size") : null;
        int Limit(string key, string newer, long otherwise) => section.Has(key) ? section.Integer(key)
            : size is not null && size.Has(newer) ? size.Integer(newer)
            : (int)otherwise;
        Qwen25VLImageOptions options = defaults with
        {
            PatchSize = section.Integer("patch_size", defaults.PatchSize),
            MergeSize = section.Integer("merge_size", defaults.MergeSize),
            TemporalPatchSize = section.Integer("temporal_patch_size", defaults.TemporalPatchSize),
            MinPixels = Limit("min_pixels", "shortest_edge", defaults.MinPixels),
            MaxPixels = Limit("max_pixels", "longest_edge", defaults.MaxPixels),
        };
        if (options.MinPixels > options.MaxPixels)
        {
            section.Report("min_pixels", FormattableString.Invariant($"is {options.MinPixels}, more than max_pixels, {options.MaxPixels}"));
        }

        IReadOnlyList<float>? mean = section.Has("image_mean") ? section.Numbers("image_mean", 3) : null;
        IReadOnlyList<float>? deviation = section.Has("image_std") ? section.Numbers("image_std", 3) : null;
        if (mean is null || deviation is null)
        {
            return options;
        }

        if (deviation.Any(value => value <= 0))
        {
            section.Report("image_std", "holds a number that is not above 0");
            return options;
        }

        PixelNormalization own = new([.. mean], [.. deviation]);
        return options with { Normalization = own.Equals(PixelNormalization.Clip) ? PixelNormalization.Clip : own };
    }
}

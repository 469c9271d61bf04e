using System.Text.Json.Nodes;
using DriveKD.Data.Errors;
using DriveKD.Models.Families;
using DriveKD.Runs.Folders;

namespace DriveKD.Models.Checkpoints.Creation;

/// <summary>
/// Creates model folders with random weights in the real layout, for tests, benchmarks and trying things out. Weights are made
/// and written buffer by buffer: a model of any size needs no more memory than one buffer.
/// </summary>
public static class ModelCreator
{
    /// <summary>Creates a folder that is whole or absent.</summary>
    /// <param name="options">What to create.</param>
    /// <param name="progress">Told after every tensor.</param>
    /// <param name="cancellation">Stops within a tensor; nothing is left.</param>
    /// <returns>The config of the new folder.</returns>
    /// <exception cref="InputException">The folder is in use, the disk too full, the place not writable, or the tokenizer or the tower does not fit.</exception>
    public static ModelConfig Create(ModelCreatorOptions options, IProgress<LoadProgress>? progress = null, CancellationToken cancellation = default)
    {
        TensorDType dtype = options.DType ?? (options.Preset.IsReleased ? TensorDType.BF16 : TensorDType.F32);
        if (dtype is not (TensorDType.F32 or TensorDType.F16 or TensorDType.BF16))
        {
            throw new ArgumentException($"{TensorDTypes.NameOf(dtype)} is none of F32, F16 and BF16.", nameof(options));
        }

        ModelFamily family = options.Preset.Config.Family;
        string layout = options.Layout is null
            ? family.Layouts[0]
            : family.Layouts.FirstOrDefault(known => known.Equals(options.Layout, StringComparison.OrdinalIgnoreCase))
                ?? throw new InputException("--layout", $"is '{options.Layout}'; {family.Name} folders have {string.Join(" or ", family.Layouts)}.");

        ModelFolder.RequireFree(options.Folder);
        TokenizerFiles tokenizer = (options.TokenizerFolder, options.TrainedTokenizer) switch
        {
            (null, null) => TokenizerFiles.Small(family.Creation),
            (null, TrainedTokenizer trained) => TokenizerFiles.Trained(trained, family.Creation),
            (string folder, null) => TokenizerFiles.Read(folder, family.Creation),
            _ => throw new ArgumentException("Both a tokenizer's folder and a trained tokenizer are given.", nameof(options)),
        };
        ModelConfig config = FitVocabulary(options, tokenizer);
        using TowerWeights? tower = options.TowerFolder is string towerFolder ? TowerWeights.Read(towerFolder, config, cancellation) : null;
        StoredRows[] tensors = [.. Rows(config, layout, dtype)];
        long total = tensors.Sum(tensor => tensor.Spec.ByteLength);
        IReadOnlyList<(string FileName, IReadOnlyList<StoredRows> Items)> files =
            ShardPlan.Cut(tensors, tensor => tensor.Spec.ByteLength, options.MaxShardBytes);

        // Beside the tensors: headers, an index, and the tokenizer's files, which hold every token a few times.
        const long BytesBesides = 1 << 20;
        const long BytesPerTensor = 600;
        const long BytesPerToken = 120;
        long needed = total + BytesBesides + (tensors.Length * BytesPerTensor) + (tokenizer.Size * BytesPerToken);
        ModelFolder.Write(options.Folder, needed, folder =>
        {
            family.Creation.WriteFiles(folder, config, layout, dtype, tokenizer);
            tokenizer.Write(folder, layout);
            RandomTensor random = new(options.Seed, config, options.Initial);
            long done = 0;
            foreach ((string fileName, IReadOnlyList<StoredRows> items) in files)
            {
                StoredRows[] sorted = [.. items.OrderBy(item => item.Spec.Name, StringComparer.Ordinal)];
                SafetensorsWriter.Write(Path.Combine(folder, fileName), [.. sorted.Select(item => item.Spec)], (index, stream) =>
                {
                    StoredRows rows = sorted[index];
                    long elements = rows.Spec.ByteLength / TensorDTypes.SizeOf(dtype);
                    if (tower is not null && rows.Parameter.Part == ModelPart.VisionTower)
                    {
                        tower.Write(rows.Parameter, rows.Third, dtype, stream);
                    }
                    else
                    {
                        random.Write(rows.Parameter, (rows.Third ?? 0) * elements, elements, dtype, stream, cancellation);
                    }

                    done += rows.Spec.ByteLength;
                    progress?.Report(new LoadProgress(done, total, rows.Spec.Name));
                });
            }

            if (files.Count > 1)
            {
                WriteIndex(folder, files, total);
            }
        });
        return config;
    }

    private static ModelConfig FitVocabulary(ModelCreatorOptions options, TokenizerFiles tokenizer)
    {
        ModelConfig config = options.Preset.Config;
        int rows = options.Preset.IsReleased ? config.Language.VocabularySize : tokenizer.Size + config.Family.Creation.SpareRows;
        if (tokenizer.Size > rows)
        {
            throw new InputException(options.TokenizerFolder ?? "the trained tokenizer", $"has {tokenizer.Size} tokens; {options.Preset.Name} has {rows} rows for them.");
        }

        return config with { Language = config.Language with { VocabularySize = rows } };
    }

    private static IEnumerable<StoredRows> Rows(ModelConfig config, string layout, TensorDType dtype)
    {
        foreach (ExpectedTensor parameter in config.Family.Expected(config, hasHead: !config.Language.TiesWordEmbeddings))
        {
            foreach ((string name, int? third) in config.Family.Creation.FileNames(parameter.Name, layout))
            {
                long[] shape = [third is null ? parameter.Shape[0] : parameter.Shape[0] / 3, .. parameter.Shape[1..]];
                yield return new StoredRows(new TensorSpec(name, dtype, shape), parameter, third);
            }
        }
    }

    private static void WriteIndex(string folder, IReadOnlyList<(string FileName, IReadOnlyList<StoredRows> Items)> files, long total)
    {
        JsonObject map = [];
        foreach ((string name, string fileName) in files
            .SelectMany(file => file.Items.Select(item => (item.Spec.Name, file.FileName)))
            .OrderBy(pair => pair.Name, StringComparer.Ordinal))
        {
            map[name] = fileName;
        }

        JsonObject index = new() { ["metadata"] = new JsonObject { ["total_size"] = total }, ["weight_map"] = map };
        AtomicFile.WriteText(Path.Combine(folder, WeightFiles.IndexName), JsonFiles.Text(index));
    }

    private sealed record StoredRows(TensorSpec Spec, ExpectedTensor Parameter, int? Third);
}

using System.Text.Json;
using DriveKD.Data.Errors;
using DriveKD.Data.Text;
using DriveKD.Models.Families;

namespace DriveKD.Models.Checkpoints.Inspection;

/// <summary>Compares the small files of a folder with each other and with its weights.</summary>
internal sealed class FolderOddities(string folder, ModelConfig config, TokenizerReport? tokenizer, ProblemList oddities, ProblemList faults)
{
    private static readonly string[] _usualFiles = ["tokenizer.json", "tokenizer_config.json", "generation_config.json", "preprocessor_config.json"];

    private readonly JsonElement? _config = FolderJson.Read(folder, ModelConfigReader.FileName, faults);

    private readonly FolderHabits _habits = config.Family.HabitsOf(config);

    private JsonElement? Language => _habits.LanguageSection is string section ? _config.Member(section) : _config;

    private string LanguagePrefix => _habits.LanguageSection is string section ? section + "." : string.Empty;

    /// <summary>Where the chat template comes from, or null.</summary>
    public string? FindChatTemplate()
    {
        List<string> sources = [];
        if (_habits.ConfigTemplate is string template)
        {
            sources.Add($"{template} (config.json)");
        }

        if (FolderJson.Read(folder, "tokenizer_config.json", faults).Member("chat_template") is not null)
        {
            sources.Add("tokenizer_config.json");
        }

        sources.AddRange(((string[])["chat_template.jinja", "chat_template.json"]).Where(name => File.Exists(Path.Combine(folder, name))));
        if (sources.Count == 0)
        {
            oddities.Add(folder, "has no chat template: neither config.json's template, nor chat_template in tokenizer_config.json, nor chat_template.jinja.");
            return null;
        }

        return string.Join(", ", sources);
    }

    /// <summary>Notes everything else.</summary>
    public void Check(Checkpoint checkpoint, CheckpointMap map)
    {
        CheckFiles();
        CheckVocabulary();
        CheckStopTokens();
        CheckWeights(checkpoint, map);
        if (Language.Text("_name_or_path") is string name)
        {
            Odd($"config.json, {LanguagePrefix}_name_or_path", $"says {name}: left over from training, it names no part of this model.");
        }
    }

    private void CheckFiles()
    {
        string[] missing = [.. _usualFiles.Where(name => !File.Exists(Path.Combine(folder, name)))];
        if (missing.Length > 0)
        {
            Odd(string.Empty, $"holds no {string.Join(", ", missing)}.");
        }

        string[] code = [.. (_config.Member("auto_map") is { ValueKind: JsonValueKind.Object } map ? map.EnumerateObject() : default)
            .Select(entry => entry.Value.ValueKind == JsonValueKind.String ? entry.Value.GetString()! : string.Empty)
            .Where(target => target.Contains('.', StringComparison.Ordinal) && !target.Contains("--", StringComparison.Ordinal))
            .Select(target => target[..target.IndexOf('.', StringComparison.Ordinal)] + ".py")
            .Distinct().Where(file => !File.Exists(Path.Combine(folder, file)))];
        if (code.Length > 0)
        {
            Odd("config.json, auto_map", $"names {string.Join(", ", code)}, not in the folder. transformers needs them; this program does not.");
        }
    }

    private void CheckVocabulary()
    {
        if (tokenizer is null)
        {
            return;
        }

        int rows = config.Language.VocabularySize;
        if (tokenizer.Size > rows)
        {
            faults.Add(
                Path.Combine(folder, tokenizer.File), $"has ids up to {tokenizer.Size - 1}, but the embedding has {rows} rows. The tokenizer is of another model.");
        }
        else if (tokenizer.Size < rows)
        {
            Odd(string.Empty, $"has {rows} rows for {tokenizer.Size} tokens: {rows - tokenizer.Size} spare rows, which no text reaches.");
        }

        string[] missing = [.. new[] { config.Family.Markup.Start, config.Family.Markup.End, config.Family.Markup.Slot, ChatTokens.TurnStart, ChatTokens.TurnEnd }
            .Where(token => !tokenizer.AddedTokens.ContainsKey(token))];
        if (missing.Length > 0)
        {
            faults.Add(Path.Combine(folder, tokenizer.File), $"has no added tokens {string.Join(" ", missing)}, which prompts with pictures are made of.");
        }

        if (config.ImageTokenId is int id && tokenizer.AddedTokens.TryGetValue(config.Family.Markup.Slot, out long context) && context != id)
        {
            faults.Add(Path.Combine(folder, "config.json") + ", image_token_id", $"is {id}, but {config.Family.Markup.Slot} has the id {context}.");
        }
    }

    private void CheckStopTokens()
    {
        if (tokenizer is null || !tokenizer.AddedTokens.TryGetValue(ChatTokens.TurnEnd, out long stop))
        {
            return;
        }

        IReadOnlyList<long> language = Language.Ids("eos_token_id");
        if (language.Count > 0 && !language.Contains(stop))
        {
            Odd($"config.json, {LanguagePrefix}eos_token_id", $"is {string.Join(", ", language)}; chat stops at {ChatTokens.TurnEnd}, {stop}.");
        }

        IReadOnlyList<long> generation = FolderJson.Read(folder, "generation_config.json", faults).Ids("eos_token_id");
        if (generation.Count > 0 && !generation.Contains(stop))
        {
            Odd("generation_config.json, eos_token_id", $"is {string.Join(", ", generation)}; chat stops at {ChatTokens.TurnEnd}, {stop}.");
        }
    }

    private void CheckWeights(Checkpoint checkpoint, CheckpointMap map)
    {
        if (map.HasHead && config.Language.TiesWordEmbeddings)
        {
            Odd("config.json, tie_word_embeddings", "is true, but the files hold a head of their own, which is used.");
        }

        long bytes = checkpoint.Entries.Sum(entry => entry.ByteLength);
        if (checkpoint.IndexTotalSize is long total && total != bytes)
        {
            Odd(WeightFiles.IndexName + ", total_size", $"is {total}; the tensors have {bytes} bytes.");
        }

        if (checkpoint.UnusedFiles.Count > 0)
        {
            Odd(string.Empty, $"also holds {string.Join(", ", checkpoint.UnusedFiles)}, which is no part of the model.");
        }

        string[] stored = [.. map.Tensors.Select(tensor => TorchName(tensor.Entry.DType)).Distinct()];
        if (config.DType is not null && stored.Length > 0 && !stored.SequenceEqual([config.DType]))
        {
            Odd("config.json, torch_dtype", $"is {config.DType}; the tensors are {string.Join(" and ", stored)}.");
        }

        foreach (IGrouping<string, DroppedTensor> group in map.Dropped.GroupBy(tensor => tensor.Reason))
        {
            Odd(string.Empty, $"holds {group.Count()} tensors that are not loaded ({group.First().Entry.Name}, ...): {group.Key}.");
        }

        foreach (SafetensorsFile file in checkpoint.Files.Where(file => !file.Metadata.ContainsKey("format")))
        {
            Odd(Path.GetFileName(file.Path), "has no format in its metadata; transformers refuses such a file.");
        }
    }

    private static string TorchName(TensorDType dtype) => dtype switch
    {
        TensorDType.F64 => "float64",
        TensorDType.F32 => "float32",
        TensorDType.F16 => "float16",
        _ => "bfloat16",
    };

    private void Odd(string where, string what) => oddities.Add(where.Length == 0 ? folder : Path.Combine(folder, where), what);
}

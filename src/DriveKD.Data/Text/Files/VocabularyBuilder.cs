using DriveKD.Data.Errors;

namespace DriveKD.Data.Text.Files;

/// <summary>Gathers tokens, merges and added tokens from either file layout and checks that they fit together.</summary>
internal sealed class VocabularyBuilder
{
    private readonly ProblemList _problems;
    private readonly Dictionary<string, int> _vocabulary = new(160_000);
    private readonly List<string> _merges = new(160_000);
    private readonly SortedDictionary<int, AddedToken> _addedTokens = [];

    public VocabularyBuilder(ProblemList problems) => _problems = problems;

    /// <summary>Takes one entry of the model's vocabulary.</summary>
    public void AddToken(string file, string token, int id)
    {
        if (token.Length == 0)
        {
            _problems.Add(file, $"the token with id {id} is empty; every token has at least one character.");
        }
        else if (id is < 0 or > TokenizerDefinition.LargestId)
        {
            AddIdProblem(file, token, id);
        }
        else if (!_vocabulary.TryAdd(token, id))
        {
            _problems.Add(file, $"the token \"{token}\" stands twice, with the ids {_vocabulary[token]} and {id}; remove one.");
        }
    }

    /// <summary>Takes the next merge, written as two tokens with one space between them.</summary>
    public void AddMerge(string where, string merge)
    {
        int space = merge.IndexOf(' ');
        if (space > 0 && space < merge.Length - 1 && space == merge.LastIndexOf(' '))
        {
            _merges.Add(merge);
        }
        else
        {
            _problems.Add(where, $"found the merge \"{merge}\" where two tokens of the byte-level alphabet with one space between them were expected.");
        }
    }

    /// <summary>Takes one added token.</summary>
    public void AddAddedToken(string where, AddedToken token)
    {
        if (token.Content.Length == 0)
        {
            _problems.Add(where, "the added token is empty.");
        }
        else if (token.Id is < 0 or > TokenizerDefinition.LargestId)
        {
            AddIdProblem(where, token.Content, token.Id);
        }
        else if (!_addedTokens.TryAdd(token.Id, token))
        {
            _problems.Add(where, $"id {token.Id} is given to \"{_addedTokens[token.Id].Content}\" and to \"{token.Content}\"; ids must be unique.");
        }
    }

    /// <summary>Checks everything against everything and hands it over.</summary>
    public TokenizerDefinition Build(string folder, string file, bool normalizesText)
    {
        CheckIds(file);
        if (_vocabulary.Count > 0 || _problems.Count == 0)
        {
            CheckAlphabet(file);
        }

        // Without a vocabulary every merge would be a problem.
        if (_vocabulary.Count > 0)
        {
            CheckMerges(file);
        }

        _problems.ThrowIfAny();
        return new TokenizerDefinition
        {
            Folder = folder,
            Vocabulary = _vocabulary,
            Merges = _merges,
            AddedTokens = [.. _addedTokens.Values],
            NormalizesText = normalizesText,
        };
    }

    private void AddIdProblem(string where, string token, int id) =>
        _problems.Add(where, $"the id {id} of \"{token}\" is outside 0..{TokenizerDefinition.LargestId}.");

    private void CheckIds(string file)
    {
        int largestId = Math.Max(_vocabulary.Values.DefaultIfEmpty(0).Max(), _addedTokens.Keys.DefaultIfEmpty(0).Max());
        string?[] tokenOfId = new string?[largestId + 1];
        foreach ((string token, int id) in _vocabulary)
        {
            if (tokenOfId[id] is { } taken)
            {
                _problems.Add(file, $"id {id} is given to the tokens \"{taken}\" and \"{token}\"; ids must be unique.");
            }

            tokenOfId[id] = token;
        }

        Dictionary<string, int> idOfAdded = [];
        foreach (AddedToken token in _addedTokens.Values)
        {
            if (!idOfAdded.TryAdd(token.Content, token.Id))
            {
                _problems.Add(file, $"the added token \"{token.Content}\" has the ids {idOfAdded[token.Content]} and {token.Id}.");
            }

            if (tokenOfId[token.Id] is { } taken && taken != token.Content)
            {
                _problems.Add(file, $"id {token.Id} is given to the token \"{taken}\" and to the added token \"{token.Content}\"; ids must be unique.");
            }
            else if (_vocabulary.TryGetValue(token.Content, out int id) && id != token.Id)
            {
                _problems.Add(file, $"\"{token.Content}\" has id {id} in the vocabulary and id {token.Id} among the added tokens.");
            }
        }
    }

    private void CheckAlphabet(string file)
    {
        List<string> missing = [];
        for (int value = 0; value < 256; value++)
        {
            char character = ByteLevelAlphabet.ToCharacter((byte)value);
            if (!_vocabulary.ContainsKey(character.ToString()))
            {
                missing.Add($"0x{value:X2}");
            }
        }

        if (missing.Count > 0)
        {
            string listed = missing.Count > 8 ? string.Join(", ", missing.Take(8)) + ", ..." : string.Join(", ", missing);
            _problems.Add(
                file,
                $"the vocabulary lacks the tokens of {missing.Count} of the 256 bytes ({listed}); text that holds them would lose characters. "
                + "A byte-level BPE vocabulary was expected.");
        }
    }

    private void CheckMerges(string file)
    {
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> vocabulary = _vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        HashSet<(int Left, int Right)> seen = new(_merges.Count);
        Span<char> joined = stackalloc char[256];
        for (int rank = 0; rank < _merges.Count; rank++)
        {
            string merge = _merges[rank];
            int space = merge.IndexOf(' ');
            ReadOnlySpan<char> left = merge.AsSpan(0, space);
            ReadOnlySpan<char> right = merge.AsSpan(space + 1);
            Span<char> whole = merge.Length - 1 <= joined.Length ? joined[..(merge.Length - 1)] : new char[merge.Length - 1];
            left.CopyTo(whole);
            right.CopyTo(whole[left.Length..]);
            if (!vocabulary.TryGetValue(left, out int leftId))
            {
                AddMergeProblem(file, rank, left);
            }
            else if (!vocabulary.TryGetValue(right, out int rightId))
            {
                AddMergeProblem(file, rank, right);
            }
            else if (!vocabulary.ContainsKey(whole))
            {
                AddMergeProblem(file, rank, whole);
            }
            else if (!seen.Add((leftId, rightId)))
            {
                _problems.Add(file, $"merge {rank} (\"{merge}\") stands twice; its rank would be ambiguous.");
            }
        }
    }

    private void AddMergeProblem(string file, int rank, ReadOnlySpan<char> unknown) =>
        _problems.Add(file, $"merge {rank} (\"{_merges[rank]}\") needs the token \"{unknown}\", which the vocabulary does not hold.");
}

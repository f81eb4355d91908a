//! Where boxes stand: in columns, so that lines lead from one column to the next and cross little. What stands for itself
//! is laid out by itself, and the parts are packed like books on shelves.

use std::collections::HashMap;

/// A box to be placed.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    pub width: f64,
    pub height: f64,
}

/// A line to be led from a box's right side, at a height in it, to another's left side.
#[derive(Clone, Copy, Debug)]
pub struct Link {
    pub from: usize,
    pub to: usize,
    pub from_y: f64,
    pub to_y: f64,
}

/// The distances kept.
#[derive(Clone, Copy, Debug)]
pub struct Gaps {
    /// Between columns.
    pub column: f64,
    /// Between boxes of a column.
    pub row: f64,
    /// The height that a line takes where it passes through a column.
    pub pass: f64,
    /// Width by height that the whole should have.
    pub ratio: f64,
    /// What a column's gap grows by for each line that crosses it.
    pub track: f64,
}

/// Where everything is.
#[derive(Clone, Debug, Default)]
pub struct Placed {
    /// The left upper corners of the boxes.
    pub at: Vec<(f64, f64)>,
    /// The points that each line goes through, from its start to its end; empty for a line from a box to itself.
    pub lines: Vec<Vec<(f64, f64)>>,
    /// Whether a line was turned round: then it starts at the left side of its box and ends at the right one of the other.
    pub turned: Vec<bool>,
    pub width: f64,
    pub height: f64,
}

/// Lays boxes and lines out.
pub fn place(sizes: &[Size], links: &[Link], gaps: Gaps) -> Placed {
    let mut placed = Placed {
        at: vec![(0.0, 0.0); sizes.len()],
        lines: vec![Vec::new(); links.len()],
        turned: vec![false; links.len()],
        ..Placed::default()
    };
    let mut parts: Vec<Part> =
        components(sizes.len(), links).into_iter().map(|nodes| Part::new(nodes, sizes, links, gaps)).collect();
    // The largest first; what stands alone at the end, in its own order.
    parts.sort_by(|a, b| b.height.total_cmp(&a.height).then(b.width.total_cmp(&a.width)));
    let area: f64 = parts.iter().map(|p| (p.width + gaps.column) * (p.height + gaps.row)).sum();
    let widest = parts.iter().map(|p| p.width).fold(0.0, f64::max);
    let limit = widest.max((area * gaps.ratio).sqrt());
    let (mut x, mut y, mut shelf): (f64, f64, f64) = (0.0, 0.0, 0.0);
    for part in parts {
        if x > 0.0 && x + part.width > limit {
            y += shelf + gaps.row * 1.5;
            x = 0.0;
            shelf = 0.0;
        }
        let (width, height) = (part.width, part.height);
        part.put(x, y, &mut placed);
        x += width + gaps.column;
        shelf = shelf.max(height);
        placed.width = placed.width.max(x - gaps.column);
        placed.height = placed.height.max(y + height);
    }
    placed
}

/// The boxes that lines join, each part in order.
fn components(count: usize, links: &[Link]) -> Vec<Vec<usize>> {
    let mut group: Vec<usize> = (0..count).collect();
    fn root(group: &mut [usize], mut i: usize) -> usize {
        while group[i] != i {
            group[i] = group[group[i]];
            i = group[i];
        }
        i
    }
    for link in links {
        let (a, b) = (root(&mut group, link.from), root(&mut group, link.to));
        group[a.max(b)] = a.min(b);
    }
    let mut parts: Vec<Vec<usize>> = Vec::new();
    let mut index: HashMap<usize, usize> = HashMap::new();
    for i in 0..count {
        let r = root(&mut group, i);
        let at = *index.entry(r).or_insert_with(|| {
            parts.push(Vec::new());
            parts.len() - 1
        });
        parts[at].push(i);
    }
    parts
}

/// A box, or the place where a long line passes through a column.
struct Node {
    height: f64,
    y: f64,
    /// The box; none where a line passes.
    own: Option<usize>,
}

/// A piece of a line between two neighbouring columns.
struct Piece {
    from: usize,
    to: usize,
    from_y: f64,
    to_y: f64,
}

/// A part of the diagram that is joined by lines.
struct Part {
    boxes: Vec<(usize, f64, f64)>,
    lines: Vec<(usize, bool, Vec<(f64, f64)>)>,
    width: f64,
    height: f64,
}

impl Part {
    fn new(boxes: Vec<usize>, sizes: &[Size], links: &[Link], gaps: Gaps) -> Part {
        let local: HashMap<usize, usize> = boxes.iter().enumerate().map(|(i, &b)| (b, i)).collect();
        let own: Vec<(usize, Link)> = links
            .iter()
            .enumerate()
            .filter_map(|(i, l)| Some((i, Link { from: *local.get(&l.from)?, to: *local.get(&l.to)?, ..*l })))
            .filter(|(_, l)| l.from != l.to)
            .collect();
        let part_sizes: Vec<Size> = boxes.iter().map(|&b| sizes[b]).collect();
        let (turned, layer) = best_layers(&part_sizes, &own, gaps);
        let ends = |i: usize| {
            let (_, l) = own[i];
            if turned[i] { (l.to, l.from, l.to_y, l.from_y) } else { (l.from, l.to, l.from_y, l.to_y) }
        };
        let count = layer.iter().max().map_or(0, |m| m + 1);

        let mut nodes: Vec<Node> =
            part_sizes.iter().enumerate().map(|(i, s)| Node { height: s.height, y: 0.0, own: Some(i) }).collect();
        let mut columns: Vec<Vec<usize>> = vec![Vec::new(); count];
        for (i, &l) in layer.iter().enumerate() {
            columns[l].push(i);
        }
        let mut pieces: Vec<Vec<Piece>> = (1..count.max(1)).map(|_| Vec::new()).collect();
        let mut ways: Vec<Vec<usize>> = Vec::new();
        for i in 0..own.len() {
            let (from, to, from_y, to_y) = ends(i);
            let mut way = vec![from];
            let (mut last, mut y) = (from, from_y);
            for l in layer[from] + 1..layer[to] {
                nodes.push(Node { height: gaps.pass, y: 0.0, own: None });
                let pass = nodes.len() - 1;
                columns[l].push(pass);
                pieces[l - 1].push(Piece { from: last, to: pass, from_y: y, to_y: gaps.pass / 2.0 });
                way.push(pass);
                (last, y) = (pass, gaps.pass / 2.0);
            }
            pieces[layer[to] - 1].push(Piece { from: last, to, from_y: y, to_y });
            way.push(to);
            ways.push(way);
        }
        order(&mut columns, &pieces, nodes.len());
        heights(&mut columns, &pieces, &mut nodes, gaps);

        // Columns from left to right, as wide as their widest box, with a gap that has room for the lines in it.
        let mut lefts = Vec::with_capacity(count);
        let mut rights = Vec::with_capacity(count);
        let mut x = 0.0;
        for (l, column) in columns.iter().enumerate() {
            let wide = column.iter().filter_map(|&n| nodes[n].own).map(|b| part_sizes[b].width).fold(0.0, f64::max);
            lefts.push(x);
            rights.push(x + wide);
            let bent = pieces.get(l).map_or(0, |p| p.iter().filter(|p| bends(p, &nodes)).count());
            x += wide + gaps.column + gaps.track * bent as f64;
        }
        let top = nodes.iter().map(|n| n.y).fold(f64::INFINITY, f64::min).min(f64::INFINITY);
        let top = if top.is_finite() { top } else { 0.0 };
        let bottom = nodes.iter().map(|n| n.y + n.height).fold(top, f64::max);
        let place = |b: usize| (lefts[layer[b]], nodes[b].y - top);
        let lines = ways
            .iter()
            .enumerate()
            .map(|(i, way)| {
                let (from, to, from_y, to_y) = ends(i);
                let mut points = vec![(place(from).0 + part_sizes[from].width, place(from).1 + from_y)];
                for (step, &pass) in way.iter().enumerate().skip(1).take(way.len().saturating_sub(2)) {
                    let y = nodes[pass].y - top + gaps.pass / 2.0;
                    let l = layer[from] + step;
                    points.push((lefts[l], y));
                    points.push((rights[l], y));
                }
                // Boxes narrower than their column: the line goes on straight to the column's edge.
                let edge = rights[layer[from]];
                if points[0].0 < edge {
                    let start = points[0];
                    points.insert(1, (edge, start.1));
                }
                points.push((place(to).0, place(to).1 + to_y));
                if turned[i] {
                    points.reverse();
                }
                (own[i].0, turned[i], points)
            })
            .collect();
        Part {
            boxes: boxes.iter().enumerate().map(|(i, &b)| (b, place(i).0, place(i).1)).collect(),
            lines,
            width: rights.last().copied().unwrap_or(0.0),
            height: bottom - top,
        }
    }

    fn put(self, x: f64, y: f64, placed: &mut Placed) {
        for (b, dx, dy) in self.boxes {
            placed.at[b] = (x + dx, y + dy);
        }
        for (link, turned, points) in self.lines {
            placed.lines[link] = points.into_iter().map(|(px, py)| (x + px, y + py)).collect();
            placed.turned[link] = turned;
        }
    }
}

fn bends(piece: &Piece, nodes: &[Node]) -> bool {
    (nodes[piece.from].y + piece.from_y - nodes[piece.to].y - piece.to_y).abs() > 0.5
}

/// Which lines lead back on a walk along them: turned round, they leave no circle.
fn turn_cycles(count: usize, links: &[(usize, Link)]) -> Vec<bool> {
    let mut turned = vec![false; links.len()];
    let mut out: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (i, (_, link)) in links.iter().enumerate() {
        out[link.from].push(i);
    }
    // 0: not seen, 1: on the way, 2: done.
    let mut state = vec![0_u8; count];
    for start in 0..count {
        if state[start] != 0 {
            continue;
        }
        state[start] = 1;
        let mut stack = vec![(start, 0_usize)];
        while let Some((node, next)) = stack.pop() {
            let Some(&edge) = out[node].get(next) else {
                state[node] = 2;
                continue;
            };
            stack.push((node, next + 1));
            let to = links[edge].1.to;
            match state[to] {
                0 => {
                    state[to] = 1;
                    stack.push((to, 0));
                }
                1 => turned[edge] = true,
                _ => {}
            }
        }
    }
    turned
}

/// Which lines are turned round, and the columns. Lines lead to what they point to, unless that makes a strip of columns
/// that nobody can read; then they lead to what is nearer to the box with the most lines.
fn best_layers(sizes: &[Size], links: &[(usize, Link)], gaps: Gaps) -> (Vec<bool>, Vec<usize>) {
    let along = |turned: &[bool]| {
        let edges: Vec<(usize, usize)> = links
            .iter()
            .zip(turned)
            .map(|((_, l), turned)| if *turned { (l.to, l.from) } else { (l.from, l.to) })
            .collect();
        layers(sizes, &edges, gaps)
    };
    let turned = turn_cycles(sizes.len(), links);
    let layer = along(&turned);
    let columns = |layer: &[usize]| layer.iter().max().map_or(0, |m| m + 1);
    let readable = (sizes.len() as f64).sqrt().mul_add(1.1, 2.0) as usize;
    if columns(&layer) <= readable {
        return (turned, layer);
    }
    let other = turn_to_hub(sizes.len(), links);
    let other_layer = along(&other);
    if columns(&other_layer) < columns(&layer) { (other, other_layer) } else { (turned, layer) }
}

/// Which lines lead away from the box with the most lines.
fn turn_to_hub(count: usize, links: &[(usize, Link)]) -> Vec<bool> {
    let mut beside: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (_, link) in links {
        beside[link.from].push(link.to);
        beside[link.to].push(link.from);
    }
    let hub = (0..count).max_by_key(|&i| (beside[i].len(), count - i)).unwrap_or(0);
    let mut far = vec![usize::MAX; count];
    let mut queue = std::collections::VecDeque::from([hub]);
    if let Some(start) = far.get_mut(hub) {
        *start = 0;
    }
    while let Some(node) = queue.pop_front() {
        for &next in &beside[node] {
            if far[next] == usize::MAX {
                far[next] = far[node] + 1;
                queue.push_back(next);
            }
        }
    }
    let rank = |i: usize| (far[i], count - beside[i].len().min(count), i);
    links.iter().map(|(_, link)| rank(link.from) < rank(link.to)).collect()
}

/// The column of each box: as far right as what it points to allows, and columns no higher than makes a page.
fn layers(sizes: &[Size], edges: &[(usize, usize)], gaps: Gaps) -> Vec<usize> {
    let count = sizes.len();
    let area: f64 = sizes.iter().map(|s| (s.width + gaps.column * 1.5) * (s.height + gaps.row)).sum();
    let tallest = sizes.iter().map(|s| s.height).fold(0.0, f64::max);
    let limit = tallest.max((area / gaps.ratio).sqrt() * 1.1);
    let mut waits = vec![0_usize; count];
    for &(from, _) in edges {
        waits[from] += 1;
    }
    // From the right: 0 is the last column.
    let mut from_right = vec![0_usize; count];
    let mut filled: Vec<f64> = Vec::new();
    let mut ready: Vec<usize> = (0..count).filter(|&i| waits[i] == 0).collect();
    let degree = |i: usize| edges.iter().filter(|(a, b)| *a == i || *b == i).count();
    while !ready.is_empty() {
        // What has least room to choose goes first.
        ready.sort_by_key(|&i| (std::cmp::Reverse(from_right[i]), degree(i), std::cmp::Reverse(i)));
        let Some(node) = ready.pop() else { break };
        let mut at = from_right[node];
        while filled.get(at).is_some_and(|f| *f > 0.0 && f + sizes[node].height > limit) {
            at += 1;
        }
        if filled.len() <= at {
            filled.resize(at + 1, 0.0);
        }
        filled[at] += sizes[node].height + gaps.row;
        from_right[node] = at;
        for &(from, to) in edges {
            if to == node {
                from_right[from] = from_right[from].max(at + 1);
                waits[from] -= 1;
                if waits[from] == 0 {
                    ready.push(from);
                }
            }
        }
    }
    // Columns that nothing is in, if any, are left out.
    let mut used: Vec<usize> = from_right.clone();
    used.sort_unstable();
    used.dedup();
    let last = used.len().saturating_sub(1);
    from_right.iter().map(|l| last - used.binary_search(l).unwrap_or(0)).collect()
}

/// Orders the columns so that the pieces between them cross little.
fn order(columns: &mut [Vec<usize>], pieces: &[Vec<Piece>], nodes: usize) {
    let mut best = columns.to_vec();
    let mut fewest = crossings(columns, pieces, nodes);
    for round in 0..30 {
        if fewest == 0 {
            break;
        }
        let forward = round % 2 == 0;
        let walk: Vec<usize> =
            if forward { (1..columns.len()).collect() } else { (0..columns.len().saturating_sub(1)).rev().collect() };
        for l in walk {
            let beside = if forward { l - 1 } else { l + 1 };
            let place = positions(&columns[beside], nodes);
            let between = if forward { &pieces[l - 1] } else { &pieces[l] };
            let mut sums: HashMap<usize, (f64, f64)> = HashMap::new();
            for piece in between {
                let (node, other, y) =
                    if forward { (piece.to, piece.from, piece.from_y) } else { (piece.from, piece.to, piece.to_y) };
                let entry = sums.entry(node).or_default();
                entry.0 += place[other] as f64 + (y / 10_000.0).min(0.9);
                entry.1 += 1.0;
            }
            let now = positions(&columns[l], nodes);
            let key = |n: &usize| sums.get(n).map_or(now[*n] as f64, |(sum, count)| sum / count);
            columns[l].sort_by(|a, b| key(a).total_cmp(&key(b)));
        }
        swap_neighbours(columns, pieces, nodes);
        let count = crossings(columns, pieces, nodes);
        if count < fewest {
            fewest = count;
            best = columns.to_vec();
        }
    }
    columns.clone_from_slice(&best);
}

fn positions(column: &[usize], nodes: usize) -> Vec<usize> {
    let mut place = vec![0; nodes];
    for (i, &n) in column.iter().enumerate() {
        place[n] = i;
    }
    place
}

/// Swaps neighbours of a column wherever that takes crossings away.
fn swap_neighbours(columns: &mut [Vec<usize>], pieces: &[Vec<Piece>], nodes: usize) {
    for l in 0..columns.len() {
        for i in 1..columns[l].len() {
            let around = |columns: &[Vec<usize>]| {
                let left = if l > 0 { between(&columns[l - 1], &columns[l], &pieces[l - 1], nodes) } else { 0 };
                let right = columns.get(l + 1).map_or(0, |next| between(&columns[l], next, &pieces[l], nodes));
                left + right
            };
            let before = around(columns);
            if before == 0 {
                break;
            }
            columns[l].swap(i - 1, i);
            if around(columns) >= before {
                columns[l].swap(i - 1, i);
            }
        }
    }
}

fn crossings(columns: &[Vec<usize>], pieces: &[Vec<Piece>], nodes: usize) -> usize {
    columns.windows(2).zip(pieces).map(|(pair, pieces)| between(&pair[0], &pair[1], pieces, nodes)).sum()
}

fn between(left: &[usize], right: &[usize], pieces: &[Piece], nodes: usize) -> usize {
    let (a, b) = (positions(left, nodes), positions(right, nodes));
    let ends: Vec<(f64, f64)> =
        pieces.iter().map(|p| (a[p.from] as f64 + p.from_y / 10_000.0, b[p.to] as f64 + p.to_y / 10_000.0)).collect();
    let mut count = 0;
    for (i, x) in ends.iter().enumerate() {
        count += ends[i + 1..].iter().filter(|y| (x.0 - y.0) * (x.1 - y.1) < 0.0).count();
    }
    count
}

/// Gives every node its height: near to what it is joined with, in its column's order, nothing on anything.
fn heights(columns: &mut [Vec<usize>], pieces: &[Vec<Piece>], nodes: &mut [Node], gaps: Gaps) {
    for column in columns.iter() {
        let mut y = 0.0;
        for &n in column {
            nodes[n].y = y;
            y += nodes[n].height + gaps.row;
        }
    }
    for round in 0..24 {
        let forward = round % 2 == 0;
        let count = columns.len();
        let walk: Vec<usize> = if forward { (0..count).collect() } else { (0..count).rev().collect() };
        for l in walk {
            let mut wish: HashMap<usize, (f64, f64)> = HashMap::new();
            let left = (l > 0).then(|| &pieces[l - 1]).into_iter().flatten();
            for piece in left {
                let entry = wish.entry(piece.to).or_default();
                entry.0 += nodes[piece.from].y + piece.from_y - piece.to_y;
                entry.1 += 1.0;
            }
            for piece in pieces.get(l).into_iter().flatten() {
                let entry = wish.entry(piece.from).or_default();
                entry.0 += nodes[piece.to].y + piece.to_y - piece.from_y;
                entry.1 += 1.0;
            }
            let wishes: Vec<f64> = columns[l].iter().map(|n| wish.get(n).map_or(nodes[*n].y, |(s, c)| s / c)).collect();
            let tall: Vec<f64> = columns[l].iter().map(|&n| nodes[n].height + gap_of(&nodes[n], gaps)).collect();
            for (&n, y) in columns[l].iter().zip(fit(&wishes, &tall)) {
                nodes[n].y = y.round();
            }
        }
    }
}

fn gap_of(node: &Node, gaps: Gaps) -> f64 {
    if node.own.is_some() { gaps.row } else { gaps.row.min(gaps.pass) }
}

/// The places nearest to what is wished for at which nothing overlaps: neighbours that would, are pooled.
fn fit(wishes: &[f64], tall: &[f64]) -> Vec<f64> {
    let mut offset = 0.0;
    // Pools: sum of wishes less offsets, count.
    let mut pools: Vec<(f64, usize)> = Vec::new();
    let mut offsets = Vec::with_capacity(wishes.len());
    for (wish, height) in wishes.iter().zip(tall) {
        offsets.push(offset);
        pools.push((wish - offset, 1));
        while let [.., (a, m), (b, n)] = pools.as_slice()
            && a / *m as f64 > b / *n as f64
        {
            let joined = (a + b, m + n);
            pools.truncate(pools.len() - 2);
            pools.push(joined);
        }
        offset += height;
    }
    let mut out = Vec::with_capacity(wishes.len());
    for (sum, count) in pools {
        for _ in 0..count {
            let at = out.len();
            out.push(sum / count as f64 + offsets[at]);
        }
    }
    out
}
